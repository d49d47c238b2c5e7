// AWS::SSM::Parameter
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

Value input_of(const Work& w) {
  return pick(w.properties,
              {"Type", "Value", "Description", "AllowedPattern", "Tier", "Policies", "DataType"});
}
void note(Work& w) { w.attributes = pick(w.properties, {"Type", "Value"}); }

Value tag_list(const Value& tags) { return merged_tags(tags, Value::list()); }

Result<void> create(Work& w) {
  Value input = input_of(w);
  input.set("Name", w.name);
  Value tags = merged_tags(w["Tags"], w.tags);
  if (tags.size() > 0) input.set("Tags", std::move(tags));
  auto made = w.call("ssm", "PutParameter", std::move(input));
  if (!made && !w.adopts(made.error(), {"ParameterAlreadyExists"}))
    return fault(std::move(made).error());
  note(w);
  w.made(w.name);
  return {};
}

Result<void> update(Work& w) {
  Value input = input_of(w);
  input.set("Name", w.physical_id);
  input.set("Overwrite", true);
  // What is not given stays as it was.
  if (w.changed("Description") && w["Description"].is_null()) input.set("Description", "");
  TRY(w.call("ssm", "PutParameter", std::move(input)));
  note(w);
  Value before = merged_tags(tag_list(w.before["Tags"]), w.tags_before),
        after = merged_tags(tag_list(w["Tags"]), w.tags);
  return retag(w, {"ssm", "AddTagsToResource", "RemoveTagsFromResource"},
               Value::object({{"ResourceType", "Parameter"}, {"ResourceId", w.physical_id}}),
               before, after);
}

Result<void> remove(Work& w) {
  return deleted(w.call("ssm", "DeleteParameter", Value::object({{"Name", w.physical_id}})));
}

}  // namespace

extern const ResourceType kSsmParameter = {
    .name = "AWS::SSM::Parameter",
    .properties = "Name# Type! Value! Description AllowedPattern Tier Policies DataType Tags",
    .attributes = "Type Value",
    .name_property = "Name",
    .name_max = 1011,
    .create = create,
    .update = update,
    .remove = remove};

}  // namespace drydock::cloudformation
