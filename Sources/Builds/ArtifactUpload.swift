internal import Buildspecs
struct ArtifactUpload {
  enum Failure: Error { case user(String), system(String) }
  struct Request { var set: ArtifactSet; var baseDirectory: String?; var name: String? }
  let folder: BuildFolder; let log: BuildLog; let root: String
  func make(_ r: Request, identifier: String?) throws(Failure) -> Build.Artifacts { throw .system("x") }
}
