#include "services/iam/totp.h"

#include <gtest/gtest.h>

namespace drydock::iam {
namespace {

// RFC 6238, appendix B: the last six of the eight digits for SHA-1.
TEST(Totp, rfc_6238) {
  const std::string secret = "12345678901234567890";
  EXPECT_EQ(totp(secret, 59 / 30), "287082");
  EXPECT_EQ(totp(secret, 1111111109 / 30), "081804");
  EXPECT_EQ(totp(secret, 1234567890 / 30), "005924");
  EXPECT_EQ(totp(secret, 20000000000 / 30), "353130");
}

TEST(Totp, base_32) {
  EXPECT_EQ(from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "12345678901234567890");
  EXPECT_EQ(from_base32("MZXW6YTB"), "fooba");
  EXPECT_EQ(from_base32("0"), std::nullopt);
}

}  // namespace
}  // namespace drydock::iam
