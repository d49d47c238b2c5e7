// Every table of CodeCommit.
#pragma once

#include "gen/codecommit.h"
#include "store/table.h"

namespace drydock::codecommit {

inline const Table<RepositoryRow> kRepositories{"codecommit.repository"};  // {name}
// Where each repository is, for all accounts: {id} -> {account, region, name}. In the
// installation's own space.
inline const Table<Value> kPlaces{"codecommit.place"};
// The references whose state has been announced: {repository id, full name} -> object id.
inline const Table<std::string> kReferences{"codecommit.reference"};
inline const Table<UploadRow> kUploads{"codecommit.upload"};  // {repository name, upload id}

}  // namespace drydock::codecommit
