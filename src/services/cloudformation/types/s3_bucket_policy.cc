// AWS::S3::BucketPolicy
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

Result<void> put(Work& w) {
  std::string bucket = w["Bucket"].scalar_text();
  TRY(w.call("s3", "PutBucketPolicy",
             Value::object({{"Bucket", bucket}, {"Policy", w["PolicyDocument"]}})));
  w.made(bucket);
  return {};
}
Result<void> update(Work& w) {
  TRY(w.call("s3", "PutBucketPolicy",
             Value::object({{"Bucket", w.physical_id}, {"Policy", w["PolicyDocument"]}})));
  return {};
}
Result<void> remove(Work& w) {
  return deleted(w.call("s3", "DeleteBucketPolicy", Value::object({{"Bucket", w.physical_id}})));
}

}  // namespace

extern const ResourceType kS3BucketPolicy = {.name = "AWS::S3::BucketPolicy",
                                             .properties = "Bucket!# PolicyDocument!",
                                             .create = put,
                                             .update = update,
                                             .remove = remove};

}  // namespace drydock::cloudformation
