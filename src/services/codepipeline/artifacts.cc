#include "services/codepipeline/artifacts.h"

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#include <atomic>
#include <memory>

#include "gen/s3.h"

namespace drydock::codepipeline {
namespace {

constexpr uint64_t kLargestUnpacked = uint64_t{8} << 30;  // of all files of one artifact

struct ReadFree {
  void operator()(archive* a) const { archive_read_free(a); }
};
struct WriteFree {
  void operator()(archive* a) const { archive_write_free(a); }
};

// A zip must be a file for libarchive to find its directory.
struct ZipFile {
  Payload payload;
  std::string path;
  bool temporary = false;
  ZipFile(const Payload& zip, const std::string& folder) : payload(zip) {
    if (!zip.in_memory() && zip.offset() == 0 && !zip.path().empty()) {
      path = zip.path();
      return;
    }
    static std::atomic<uint64_t> counter{0};
    path = folder + "/zip-" + std::to_string(::getpid()) + "-" + std::to_string(counter++);
    temporary = true;
    if (FILE* file = std::fopen(path.c_str(), "wbx")) {
      zip.each_piece([&](std::string_view piece) {
        return std::fwrite(piece.data(), 1, piece.size(), file) == piece.size();
      });
      std::fclose(file);
    }
  }
  ~ZipFile() {
    if (temporary) ::unlink(path.c_str());
  }
};

// Opens every entry in turn; `take` decides which are read.
bool walk(const Payload& zip, const std::string& folder,
          const std::function<bool(archive* a, const std::string& name, uint64_t size)>& visit) {
  ZipFile file(zip, folder);
  std::unique_ptr<archive, ReadFree> a(archive_read_new());
  archive_read_support_format_zip(a.get());
  if (archive_read_open_filename(a.get(), file.path.c_str(), 64 << 10) != ARCHIVE_OK) return false;
  archive_entry* entry = nullptr;
  int status;
  while ((status = archive_read_next_header(a.get(), &entry)) == ARCHIVE_OK ||
         status == ARCHIVE_WARN) {
    const char* name = archive_entry_pathname(entry);
    if (!name || archive_entry_filetype(entry) != AE_IFREG) continue;
    if (!visit(a.get(), name,
               archive_entry_size_is_set(entry) ? static_cast<uint64_t>(archive_entry_size(entry))
                                                : 0))
      return true;
  }
  return status == ARCHIVE_EOF;
}

bool read_into(archive* a, PayloadWriter& writer, uint64_t limit) {
  char buffer[64 << 10];
  for (;;) {
    la_ssize_t n = archive_read_data(a, buffer, sizeof buffer);
    if (n == 0) return true;
    if (n < 0 || writer.size() + static_cast<uint64_t>(n) > limit) return false;
    writer.write({buffer, static_cast<size_t>(n)});
  }
}

}  // namespace

Result<Payload> read_artifact(Task& task, const Located& artifact) {
  s3::GetObject::Input get{.Bucket = artifact.bucket, .Key = artifact.key};
  auto object = task.client.call<s3::GetObject>(get);
  if (!object)
    return fault(object.error().status == 403 ? "PermissionError" : "JobFailed",
                 "Unable to access the artifact with Amazon S3 object key '" + artifact.key +
                     "' located in the Amazon S3 artifact bucket '" + artifact.bucket +
                     "'. The provided role does not have sufficient permissions. Error: " +
                     object.error().message);
  return object->Body;
}

std::optional<std::string> file_of_zip(const Payload& zip, const std::string& name, size_t limit,
                                       const std::string& scratch_folder) {
  std::optional<std::string> found;
  walk(zip, scratch_folder, [&](archive* a, const std::string& entry, uint64_t) {
    if (entry != name) return true;
    PayloadWriter writer(scratch_folder);
    if (read_into(a, writer, limit)) found = writer.finish().read_all();
    return false;
  });
  return found;
}

bool each_file_of_zip(
    const Payload& zip, const std::string& scratch_folder,
    const std::function<bool(const std::string& name, const Payload& content)>& visit) {
  uint64_t left = kLargestUnpacked;
  bool whole = true;
  return walk(zip, scratch_folder,
              [&](archive* a, const std::string& entry, uint64_t) {
                PayloadWriter writer(scratch_folder);
                if (!read_into(a, writer, left)) return whole = false;
                left -= writer.size();
                return visit(entry, writer.finish());
              }) &&
         whole;
}

Payload zip_of(const std::string& name, const std::string& content,
               const std::string& scratch_folder) {
  PayloadWriter writer(scratch_folder);
  std::unique_ptr<archive, WriteFree> a(archive_write_new());
  archive_write_set_format_zip(a.get());
  auto write = [](archive*, void* to, const void* bytes, size_t size) -> la_ssize_t {
    static_cast<PayloadWriter*>(to)->write({static_cast<const char*>(bytes), size});
    return static_cast<la_ssize_t>(size);
  };
  archive_write_set_bytes_in_last_block(a.get(), 1);
  archive_write_open(a.get(), &writer, nullptr, write, nullptr);
  archive_entry* entry = archive_entry_new();
  archive_entry_set_pathname(entry, name.c_str());
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_perm(entry, 0644);
  archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
  archive_write_header(a.get(), entry);
  archive_write_data(a.get(), content.data(), content.size());
  archive_entry_free(entry);
  archive_write_close(a.get());
  return writer.finish();
}

Result<Written> write_object(Task& task, const std::string& bucket, const std::string& key,
                             Payload content, const std::string& content_type) {
  s3::PutObject::Input put{.Bucket = bucket, .Key = key};
  put.Body = std::move(content);
  put.ContentType = content_type;
  if (task.store.encryptionKey && bucket == task.store.location) {
    put.ServerSideEncryption = "aws:kms";
    put.SSEKMSKeyId = task.store.encryptionKey->id;
  }
  auto stored = task.client.call<s3::PutObject>(put);
  if (!stored)
    return fault(stored.error().status == 403 ? "PermissionError" : "JobFailed",
                 "Unable to write the Amazon S3 object key '" + key +
                     "' to the Amazon S3 bucket '" + bucket +
                     "'. Error: " + stored.error().message);
  return Written{stored->VersionId.value_or(""), stored->ETag.value_or("")};
}

std::optional<std::pair<std::string, std::string>> split_path(const std::string& text) {
  size_t at = text.find("::");
  if (at == std::string::npos || at == 0 || at + 2 == text.size()) return std::nullopt;
  return std::pair(text.substr(0, at), text.substr(at + 2));
}

const Located* find_input(const Task& task, std::string_view name) {
  for (auto& input : task.inputs)
    if (input.name == name) return &input;
  return nullptr;
}

}  // namespace drydock::codepipeline
