// The model's lists and maps by their names.
#pragma once

#include "gen/s3.h"

namespace drydock::s3 {

using Metadata = Map<std::string>;
using RawConfigurations = Map<std::string>;
using TagSet = std::vector<Tag>;
using LifecycleRules = std::vector<LifecycleRule>;
using Buckets = std::vector<BucketEntry>;
using ObjectEntries = std::vector<ObjectEntry>;
using CommonPrefixes = std::vector<CommonPrefix>;
using VersionEntries = std::vector<VersionEntry>;
using DeleteMarkers = std::vector<DeleteMarkerEntry>;
using DeletedObjects = std::vector<DeletedObject>;
using DeleteErrors = std::vector<DeleteError>;
using StoredGrants = std::vector<StoredGrant>;
using StoredParts = std::vector<StoredPart>;
using PartEntries = std::vector<PartEntry>;
using UploadEntries = std::vector<UploadEntry>;
using RoutingRules = std::vector<RoutingRule>;
using CORSTexts = std::vector<std::string>;
using CORSRules = std::vector<CORSRule>;

}  // namespace drydock::s3
