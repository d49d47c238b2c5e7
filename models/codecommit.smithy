$version: "2"
// CodeCommit: repositories, their branches, commits and files. Git itself comes through a door (src/services/codecommit/git_door.cc).
namespace drydock.codecommit

@awsService(signingName: "codecommit", hostPrefix: "codecommit", protocol: "json11", version: "2015-04-13",
            targetPrefix: "CodeCommit_20150413")
service codecommit

// Checked by the handlers: AWS answers with an error of its own, not with a validation error.
string RepositoryName
@length(max: 1000)
string RepositoryDescription
@length(min: 1, max: 256)
string BranchName
@length(max: 6291456)
blob FileContent
enum FileMode { EXECUTABLE NORMAL SYMLINK }
enum SortBy { REPOSITORY_NAME = "repositoryName"  LAST_MODIFIED = "lastModifiedDate" }
enum Order { ASCENDING = "ascending"  DESCENDING = "descending" }
map Tags { key: TagKey  value: TagValue }
@length(min: 1, max: 128)
string TagKey
@length(max: 256)
string TagValue
list TagKeys { member: TagKey }
list Names { member: RepositoryName }
list Strings { member: String }

structure RepositoryMetadata {
    @required accountId: String
    @required repositoryId: String
    @required repositoryName: String
    repositoryDescription: String
    defaultBranch: String
    @required lastModifiedDate: Timestamp
    @required creationDate: Timestamp
    @required cloneUrlHttp: String
    @required cloneUrlSsh: String
    @required Arn: String
    kmsKeyId: String
}
list RepositoryMetadataList { member: RepositoryMetadata }
structure RepositoryNameIdPair { @required repositoryName: String  @required repositoryId: String }
list RepositoryNameIdPairs { member: RepositoryNameIdPair }
structure BranchInfo { @required branchName: String  @required commitId: String }
structure UserInfo { @required name: String  @required email: String  @required date: String }
structure Commit {
    @required commitId: String
    @required treeId: String
    @required parents: Strings
    @required message: String
    @required author: UserInfo
    @required committer: UserInfo
    @required additionalData: String
}
list Commits { member: Commit }
structure BatchGetCommitsError { commitId: String  errorCode: String  errorMessage: String }
list BatchGetCommitsErrors { member: BatchGetCommitsError }
structure Folder { treeId: String  absolutePath: String  relativePath: String }
structure File { blobId: String  absolutePath: String  relativePath: String  fileMode: String }
structure SubModule { commitId: String  absolutePath: String  relativePath: String }
list Folders { member: Folder }
list Files { member: File }
list SubModules { member: SubModule }
structure SourceFileSpecifier { @required filePath: String  isMove: Boolean }
structure PutFileEntry { @required filePath: String  fileMode: FileMode  fileContent: FileContent  sourceFile: SourceFileSpecifier }
structure DeleteFileEntry { @required filePath: String }
structure SetFileModeEntry { @required filePath: String  @required fileMode: FileMode }
list PutFileEntries { member: PutFileEntry }
list DeleteFileEntries { member: DeleteFileEntry }
list SetFileModeEntries { member: SetFileModeEntry }
structure FileMetadata { absolutePath: String  blobId: String  fileMode: String }
list FilesMetadata { member: FileMetadata }
structure BlobMetadata { blobId: String  path: String  mode: String }
structure Difference { beforeBlob: BlobMetadata  afterBlob: BlobMetadata  changeType: String }
list Differences { member: Difference }

// ---- repositories
@iam(action: "codecommit:CreateRepository", resource: "arn:{partition}:codecommit:{region}:{account}:{repositoryName}",
     tagAction: "codecommit:TagResource")
operation CreateRepository {
    input := { @required repositoryName: RepositoryName  repositoryDescription: RepositoryDescription  tags: Tags  kmsKeyId: String }
    output := { @required repositoryMetadata: RepositoryMetadata }
}
@iam(action: "codecommit:GetRepository", resource: "arn:{partition}:codecommit:{region}:{account}:{repositoryName}")
operation GetRepository {
    input := { @required repositoryName: RepositoryName }
    output := { @required repositoryMetadata: RepositoryMetadata }
}
@iam(action: "codecommit:ListRepositories", resource: "*")
operation ListRepositories {
    input := { nextToken: String  sortBy: SortBy  order: Order }
    output := { @required repositories: RepositoryNameIdPairs  nextToken: String }
}
/// AWS asks once per repository.
@iam(action: "codecommit:BatchGetRepositories")
operation BatchGetRepositories {
    input := { @required repositoryNames: Names }
    output := { @required repositories: RepositoryMetadataList  @required repositoriesNotFound: Strings }
}
@iam(action: "codecommit:UpdateRepositoryName", resource: "arn:{partition}:codecommit:{region}:{account}:{oldName}")
operation UpdateRepositoryName {
    input := { @required oldName: RepositoryName  @required newName: RepositoryName }
}
@iam(action: "codecommit:UpdateRepositoryDescription", resource: "arn:{partition}:codecommit:{region}:{account}:{repositoryName}")
operation UpdateRepositoryDescription {
    input := { @required repositoryName: RepositoryName  repositoryDescription: RepositoryDescription }
}
@iam(action: "codecommit:UpdateDefaultBranch", resource: "arn:{partition}:codecommit:{region}:{account}:{repositoryName}")
operation UpdateDefaultBranch {
    input := { @required repositoryName: RepositoryName  @required defaultBranchName: BranchName }
}
@iam(action: "codecommit:DeleteRepository", resource: "arn:{partition}:codecommit:{region}:{account}:{repositoryName}")
operation DeleteRepository {
    input := { @required repositoryName: RepositoryName }
    output := { repositoryId: String }
}
@iam(action: "codecommit:TagResource", resource: "{resourceArn}")
operation TagResource { input := { @required resourceArn: String  @required tags: Tags } }
@iam(action: "codecommit:UntagResource", resource: "{resourceArn}")
operation UntagResource { input := { @required resourceArn: String  @required tagKeys: TagKeys } }
@iam(action: "codecommit:ListTagsForResource", resource: "{resourceArn}")
operation ListTagsForResource {
    input := { @required resourceArn: String  nextToken: String }
    output := { @required tags: Tags  nextToken: String }
}

// ---- branches and commits
@iam(action: "codecommit:CreateBranch") @waits
operation CreateBranch {
    input := { @required repositoryName: RepositoryName  @required branchName: BranchName  @required commitId: String }
}
@iam(action: "codecommit:GetBranch", resource: "arn:{partition}:codecommit:{region}:{account}:{repositoryName}") @waits
operation GetBranch {
    input := { repositoryName: RepositoryName  branchName: BranchName }
    output := { @required branch: BranchInfo }
}
@iam(action: "codecommit:ListBranches", resource: "arn:{partition}:codecommit:{region}:{account}:{repositoryName}") @waits
operation ListBranches {
    input := { @required repositoryName: RepositoryName  nextToken: String }
    output := { @required branches: Strings  nextToken: String }
}
@iam(action: "codecommit:DeleteBranch") @waits
operation DeleteBranch {
    input := { @required repositoryName: RepositoryName  @required branchName: BranchName }
    output := { deletedBranch: BranchInfo }
}
@iam(action: "codecommit:GetCommit", resource: "arn:{partition}:codecommit:{region}:{account}:{repositoryName}") @waits
operation GetCommit {
    input := { @required repositoryName: RepositoryName  @required commitId: String }
    output := { @required commit: Commit }
}
@iam(action: "codecommit:BatchGetCommits", resource: "arn:{partition}:codecommit:{region}:{account}:{repositoryName}") @waits
operation BatchGetCommits {
    input := { @required commitIds: Strings  @required repositoryName: RepositoryName }
    output := { @required commits: Commits  @required errors: BatchGetCommitsErrors }
}
@iam(action: "codecommit:GetDifferences", resource: "arn:{partition}:codecommit:{region}:{account}:{repositoryName}") @waits
operation GetDifferences {
    input := {
        @required repositoryName: RepositoryName
        beforeCommitSpecifier: String
        @required afterCommitSpecifier: String
        beforePath: String
        afterPath: String
        MaxResults: Integer
        NextToken: String
    }
    output := { @required differences: Differences  NextToken: String }
}

// ---- files
@iam(action: "codecommit:GetBlob", resource: "arn:{partition}:codecommit:{region}:{account}:{repositoryName}") @waits
operation GetBlob {
    input := { @required repositoryName: RepositoryName  @required blobId: String }
    output := { @required content: Blob }
}
@iam(action: "codecommit:GetFile", resource: "arn:{partition}:codecommit:{region}:{account}:{repositoryName}") @waits
operation GetFile {
    input := { @required repositoryName: RepositoryName  commitSpecifier: String  @required filePath: String }
    output := {
        @required commitId: String
        @required blobId: String
        @required filePath: String
        @required fileMode: String
        @required fileSize: Long
        @required fileContent: Blob
    }
}
@iam(action: "codecommit:GetFolder", resource: "arn:{partition}:codecommit:{region}:{account}:{repositoryName}") @waits
operation GetFolder {
    input := { @required repositoryName: RepositoryName  commitSpecifier: String  @required folderPath: String }
    output := {
        @required commitId: String
        @required folderPath: String
        treeId: String
        @required subFolders: Folders
        @required files: Files
        @required symbolicLinks: Files
        @required subModules: SubModules
    }
}
@iam(action: "codecommit:PutFile") @waits
operation PutFile {
    input := {
        @required repositoryName: RepositoryName
        @required branchName: BranchName
        @required fileContent: FileContent
        @required filePath: String
        fileMode: FileMode
        parentCommitId: String
        commitMessage: String
        name: String
        email: String
    }
    output := { @required commitId: String  @required blobId: String  @required treeId: String }
}
@iam(action: "codecommit:DeleteFile") @waits
operation DeleteFile {
    input := {
        @required repositoryName: RepositoryName
        @required branchName: BranchName
        @required filePath: String
        @required parentCommitId: String
        keepEmptyFolders: Boolean
        commitMessage: String
        name: String
        email: String
    }
    output := { @required commitId: String  @required blobId: String  @required treeId: String  @required filePath: String }
}
@iam(action: "codecommit:CreateCommit") @waits
operation CreateCommit {
    input := {
        @required repositoryName: RepositoryName
        @required branchName: BranchName
        parentCommitId: String
        authorName: String
        email: String
        commitMessage: String
        keepEmptyFolders: Boolean
        putFiles: PutFileEntries
        deleteFiles: DeleteFileEntries
        setFileModes: SetFileModeEntries
    }
    output := {
        @required commitId: String
        @required treeId: String
        @required filesAdded: FilesMetadata
        @required filesUpdated: FilesMetadata
        @required filesDeleted: FilesMetadata
    }
}

// ---- what CodePipeline's source action does as the pipeline's role; permissions without a public API
/// Zips the tree at a commit and puts it into S3 as the caller. The outcome is asked by GetUploadArchiveStatus.
@internal @waits
@iam(action: "codecommit:UploadArchive", resource: "arn:{partition}:codecommit:{region}:{account}:{repositoryName}")
operation UploadArchive {
    input := {
        @required repositoryName: RepositoryName
        @required commitId: String
        @required bucket: String
        @required key: String
        kmsKeyId: String
    }
    output := { @required uploadId: String }
}
@internal
@iam(action: "codecommit:GetUploadArchiveStatus", resource: "arn:{partition}:codecommit:{region}:{account}:{repositoryName}")
operation GetUploadArchiveStatus {
    input := { @required repositoryName: RepositoryName  @required uploadId: String }
    output := { @required status: String  errorCode: String  errorMessage: String  versionId: String  eTag: String }
}
/// Forgets an upload.
@internal
@iam(action: "codecommit:CancelUploadArchive", resource: "arn:{partition}:codecommit:{region}:{account}:{repositoryName}")
operation CancelUploadArchive { input := { @required repositoryName: RepositoryName  @required uploadId: String } }

/// The first commit of a repository, from a zip file in S3 that is read as the caller: what a stack's template seeds it with.
/// Nothing where the branch has commits already.
@internal @waits @iam(action: "codecommit:CreateCommit")
operation ImportArchive {
    input := {
        @required repositoryName: RepositoryName
        @required branchName: BranchName
        @required bucket: String
        @required key: String
        versionId: String
    }
    output := { @required commitId: String }
}

@error("client") structure RepositoryDoesNotExistException { message: String }
@error("client") structure RepositoryNameExistsException { message: String }
@error("client") structure InvalidRepositoryNameException { message: String }
@error("client") structure MaximumRepositoryNamesExceededException { message: String }
@error("client") structure BranchDoesNotExistException { message: String }
@error("client") structure BranchNameExistsException { message: String }
@error("client") structure BranchNameRequiredException { message: String }
@error("client") structure RepositoryNameRequiredException { message: String }
@error("client") structure InvalidBranchNameException { message: String }
@error("client") structure DefaultBranchCannotBeDeletedException { message: String }
@error("client") structure CommitDoesNotExistException { message: String }
@error("client") structure CommitIdDoesNotExistException { message: String }
@error("client") structure CommitIdsLimitExceededException { message: String }
@error("client") structure InvalidCommitIdException { message: String }
@error("client") structure InvalidCommitException { message: String }
@error("client") structure BlobIdDoesNotExistException { message: String }
@error("client") structure InvalidBlobIdException { message: String }
@error("client") structure FileDoesNotExistException { message: String }
@error("client") structure FileTooLargeException { message: String }
@error("client") structure FolderDoesNotExistException { message: String }
@error("client") structure InvalidPathException { message: String }
@error("client") structure PathDoesNotExistException { message: String }
@error("client") structure ParentCommitIdRequiredException { message: String }
@error("client") structure ParentCommitDoesNotExistException { message: String }
@error("client") structure ParentCommitIdOutdatedException { message: String }
@error("client") structure InvalidParentCommitIdException { message: String }
@error("client") structure SameFileContentException { message: String }
@error("client") structure NoChangeException { message: String }
@error("client") structure FileEntryRequiredException { message: String }
@error("client") structure MaximumFileEntriesExceededException { message: String }
@error("client") structure FileContentAndSourceFileSpecifiedException { message: String }
@error("client") structure FileContentRequiredException { message: String }
@error("client") structure FileNameConflictsWithDirectoryNameException { message: String }
@error("client") structure FilePathConflictsWithSubmodulePathException { message: String }
@error("client") structure InvalidContinuationTokenException { message: String }
@error("client") structure InvalidMaxResultsException { message: String }
@error("client") structure InvalidResourceArnException { message: String }
@error("client") structure ReferenceDoesNotExistException { message: String }

// ---- stored rows
@record structure RepositoryRow {
    @required Id: String
    @required Name: String
    Description: String
    DefaultBranch: String
    @required Created: Timestamp
    @required Modified: Timestamp
    @required Tags: Tags
    KmsKeyId: String
}
@record structure UploadRow { @required Status: String  ErrorCode: String  ErrorMessage: String  VersionId: String  ETag: String }
