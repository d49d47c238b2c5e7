#include "services/kms/cipher.h"

#include <gtest/gtest.h>

namespace drydock::kms {
namespace {

TEST(KmsCipher, OpensOnlyWithKeyAndContext) {
  const std::string key(32, 'k'), nonce(12, 'n');
  auto sealed = seal(key, 3, "arn:aws:kms:us-east-1:111111111111:key/1", nonce,
                     {{"b", "2"}, {"a", "1"}}, "secret");
  auto read = read_sealed(sealed);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->key_arn, "arn:aws:kms:us-east-1:111111111111:key/1");
  EXPECT_EQ(read->material, 3u);
  EXPECT_EQ(open(key, *read, {{"a", "1"}, {"b", "2"}}), "secret");
  EXPECT_FALSE(open(key, *read, {{"a", "1"}}));
  EXPECT_FALSE(open(std::string(32, 'x'), *read, {{"a", "1"}, {"b", "2"}}));
  auto changed = sealed;
  changed.back() = static_cast<char>(changed.back() ^ 1);
  EXPECT_FALSE(open(key, *read_sealed(changed), {{"a", "1"}, {"b", "2"}}));
  EXPECT_FALSE(read_sealed(sealed.substr(0, 40)));
  EXPECT_FALSE(read_sealed("x"));
}

}  // namespace
}  // namespace drydock::kms
