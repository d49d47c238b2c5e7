// The images that AWS curates: names that projects may use. A build runs on the machine's own
// programs whichever is named.
#include "gen/codebuild_handlers.h"

namespace drydock::codebuild {

Result<ListCuratedEnvironmentImagesOutput> list_curated_environment_images(
    Call&, const ListCuratedEnvironmentImagesInput&) {
  auto image = [](const char* name, const char* description) {
    return EnvironmentImage{.name = name,
                            .description = description,
                            .versions = std::vector<std::string>{std::string(name) + "-24.10.29"}};
  };
  auto standard = [](std::vector<EnvironmentImage> images) {
    return std::vector<EnvironmentLanguage>{{.language = "STANDARD", .images = std::move(images)}};
  };
  std::vector<EnvironmentPlatform> platforms{
      {.platform = "AMAZON_LINUX_2",
       .languages =
           standard({image("aws/codebuild/amazonlinux2-x86_64-standard:4.0",
                           "AWS CodeBuild - AL2 x86_64 Standard Image with DockerFile 4.0"),
                     image("aws/codebuild/amazonlinux2-x86_64-standard:5.0",
                           "AWS CodeBuild - AL2023 x86_64 Standard Image with DockerFile 5.0"),
                     image("aws/codebuild/amazonlinux-x86_64-standard:5.0",
                           "AWS CodeBuild - AL2023 x86_64 Standard Image with DockerFile 5.0")})},
      {.platform = "UBUNTU",
       .languages =
           standard({image("aws/codebuild/standard:5.0",
                           "AWS CodeBuild - Ubuntu Standard Image with DockerFile 5.0"),
                     image("aws/codebuild/standard:6.0",
                           "AWS CodeBuild - Ubuntu Standard Image with DockerFile 6.0"),
                     image("aws/codebuild/standard:7.0",
                           "AWS CodeBuild - Ubuntu Standard Image with DockerFile 7.0")})}};
  return ListCuratedEnvironmentImagesOutput{std::move(platforms)};
}

}  // namespace drydock::codebuild
