// Handlers of the made-up services: the tables name them, so they must exist.
#include "gen/toyjson_handlers.h"
#include "gen/toyquery_handlers.h"
#include "gen/toyrest_handlers.h"
#include "gen/toys3_handlers.h"

namespace drydock::toyjson {
Result<PutItemOutput> put_item(Call&, const PutItemInput&) { return PutItemOutput{}; }
}  // namespace drydock::toyjson
namespace drydock::toyquery {
Result<CreateRoleOutput> create_role(Call&, const CreateRoleInput&) { return CreateRoleOutput{}; }
Result<PingOutput> ping(Call&, const PingInput&) { return PingOutput{}; }
}  // namespace drydock::toyquery
namespace drydock::toyrest {
Result<ListFunctionsOutput> list_functions(Call&, const ListFunctionsInput&) {
  return ListFunctionsOutput{};
}
Result<GetFunctionOutput> get_function(Call&, const GetFunctionInput&) {
  return GetFunctionOutput{};
}
Result<GetSettingsOutput> get_settings(Call&, const GetSettingsInput&) {
  return GetSettingsOutput{};
}
Result<CreateFunctionOutput> create_function(Call&, const CreateFunctionInput&) {
  return CreateFunctionOutput{};
}
Result<InvokeOutput> invoke(Call&, const InvokeInput&) { return InvokeOutput{}; }
}  // namespace drydock::toyrest
namespace drydock::toys3 {
Result<ListBucketsOutput> list_buckets(Call&, const ListBucketsInput&) {
  return ListBucketsOutput{};
}
Result<ListObjectsOutput> list_objects(Call&, const ListObjectsInput&) {
  return ListObjectsOutput{};
}
Result<ListObjectsV2Output> list_objects_v2(Call&, const ListObjectsV2Input&) {
  return ListObjectsV2Output{};
}
Result<GetBucketLocationOutput> get_bucket_location(Call&, const GetBucketLocationInput&) {
  return GetBucketLocationOutput{};
}
Result<PutObjectOutput> put_object(Call&, const PutObjectInput&) { return PutObjectOutput{}; }
Result<CopyObjectOutput> copy_object(Call&, const CopyObjectInput&) { return CopyObjectOutput{}; }
Result<UploadPartOutput> upload_part(Call&, const UploadPartInput&) { return UploadPartOutput{}; }
Result<UploadPartCopyOutput> upload_part_copy(Call&, const UploadPartCopyInput&) {
  return UploadPartCopyOutput{};
}
Result<GetObjectOutput> get_object(Call&, const GetObjectInput&) { return GetObjectOutput{}; }
Result<DeleteObjectsOutput> delete_objects(Call&, const DeleteObjectsInput&) {
  return DeleteObjectsOutput{};
}
}  // namespace drydock::toys3
