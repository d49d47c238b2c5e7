#include "store/blobs.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace drydock {
namespace {

TEST(Blobs, KeepBytesByDigestAndForgetScratch) {
  std::string path = (std::filesystem::temp_directory_path() / "drydock-blobs-XXXXXX").string();
  std::string folder = ::mkdtemp(path.data());
  {
    Blobs blobs(folder);
    auto info = blobs.put(Payload("hello"));
    EXPECT_EQ(info.id, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    EXPECT_EQ(info.md5, "5d41402abc4b2a76b9719d911017c592");
    EXPECT_EQ(blobs.put(Payload("hello")).id, info.id);
    PayloadWriter writer(blobs.scratch_folder(), 10);
    writer.write(std::string(100'000, 'x'));
    BlobInfo large;
    {
      Payload payload = writer.finish();
      large = blobs.put(payload);
    }
    ASSERT_TRUE(blobs.get(large.id));
    EXPECT_EQ(blobs.get(large.id)->read_all(), std::string(100'000, 'x'));
    EXPECT_TRUE(std::filesystem::is_empty(blobs.scratch_folder()));
    EXPECT_EQ(blobs.get("../../etc/passwd"), std::nullopt);
    blobs.erase(large.id);
    EXPECT_FALSE(blobs.get(large.id));
    PayloadWriter half(blobs.scratch_folder(), 0);
    half.write("half");
    Blobs again(folder);
    EXPECT_TRUE(std::filesystem::is_empty(again.scratch_folder()));
    EXPECT_EQ(again.get(info.id)->read_all(), "hello");
    again.clear();
    EXPECT_FALSE(again.get(info.id));
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace drydock
