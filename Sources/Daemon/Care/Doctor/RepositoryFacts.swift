// SPDX-License-Identifier: Apache-2.0

internal import Repositories

/// One repository and its hook.
struct RepositoryFacts: Sendable, Hashable {
    var name: String
    var path: String
    var isThere: Bool
    /// The user it belongs to, where that is not the one who asks.
    var foreignOwner: UInt32?
    /// Why it cannot be read.
    var fault: String?
    /// Such as `reftable`; nil: plain files.
    var refFormat: String?
    /// Whether our hook belongs there.
    var isHooked: Bool
    /// Nil where it could not be looked at.
    var hook: HookStatus?
    /// Where `nacre-hook` is.
    var program: String
    /// Where the daemon listens.
    var socket: String

    func findings() -> [Finding] {
        guard isThere else {
            return [
                Finding(
                    .problem,
                    "repository",
                    "\(name): there is nothing at \(path)",
                    remedy: "put it back, or nacre repo remove \(name)"
                )
            ]
        }
        if let refFormat, refFormat != "files" {
            return [
                Finding(
                    .problem,
                    "repository",
                    "\(name): the refs of \(path) are in the format \(refFormat), which Nacre cannot read",
                    remedy: "git -C \(path) refs migrate --ref-format=files"
                )
            ]
        }
        if let fault {
            return [
                Finding(
                    .problem,
                    "repository",
                    "\(name): \(path) cannot be read: \(fault)",
                    remedy: "git -C \(path) fsck; it is watched again by itself when it is good"
                )
            ]
        }
        var result: [Finding] = []
        if let owner = foreignOwner {
            result.append(
                Finding(
                    .warning,
                    "repository",
                    "\(name): \(path) belongs to the user \(owner), so git calls its ownership dubious",
                    remedy: "chown -R it, or git config --global --add safe.directory \(path) as the daemon's user"
                )
            )
        }
        return result + hookFindings
    }

    private var hookFindings: [Finding] {
        guard isHooked, let hook else { return [] }
        let mending = Mending.installHook(repository: path, program: program)
        let remedy = "nacre hooks install \(name)"
        if let other = hook.overriddenBy {
            return [
                Finding(
                    .warning,
                    "hook",
                    "\(name): git does not run \(hook.path), as core.hooksPath names \(other); pushes are noticed later",
                    remedy: "take core.hooksPath out of git's configuration"
                )
            ]
        }
        switch hook.hook {
        case .absent:
            return [Finding(.warning, "hook", "\(name): \(hook.path) is missing", remedy: remedy, mending: mending)]
        case .foreign:
            return [
                Finding(
                    .warning,
                    "hook",
                    "\(name): \(hook.path) is somebody else's and does not tell of pushes",
                    remedy: "\(remedy), which keeps it and runs it first"
                )
            ]
        case .modified:
            return [
                Finding(
                    .warning,
                    "hook",
                    "\(name): \(hook.path) was edited since it was installed",
                    remedy: "undo the change or remove the file, then \(remedy)"
                )
            ]
        case .installed(let usedProgram, let usedSocket):
            if usedProgram == program, usedSocket == socket { return [] }
            let (what, wrong, right) =
                usedSocket == socket
                ? ("the program", usedProgram, program) : ("the daemon at", usedSocket, socket)
            return [
                Finding(
                    .warning,
                    "hook",
                    "\(name): \(hook.path) calls \(what) \(wrong), not \(right)",
                    remedy: remedy,
                    mending: mending
                )
            ]
        }
    }
}
