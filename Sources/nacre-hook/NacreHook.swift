// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Tells the daemon of a push, and shows the pusher what it answers: `nacre-hook [SOCKET]`, run by git as `post-receive`.
///
/// Never fails a push: whatever happens, the exit code is 0 and at most one line complains. The protocol is that of
/// Documentation/HookProtocol.md. Nothing but Glibc is linked, so that it starts in a few milliseconds.
@main
struct NacreHook {
    static func main() {
        // The pusher may hang up at any time; writes tell.
        signal(SIGPIPE, SIG_IGN)
        let push = Push.read()
        guard !push.updates.isEmpty else { return }
        let argument = CommandLine.arguments.dropFirst().first
        guard let socket = argument ?? Surroundings.variable("NACRE_SOCKET"), !socket.isEmpty else {
            return Terminal.warn("no control socket is named; \(Terminal.consolation) when the daemon starts")
        }
        guard let repository = Surroundings.repository() else {
            return Terminal.warn("the repository's path cannot be told; \(Terminal.consolation) when the daemon starts")
        }
        if push.isCut { Terminal.warn("the push moves more refs than can be told; the watcher finds the others") }
        let limit = Surroundings.variable("NACRE_HOOK_SILENCE").flatMap(Int32.init).map {
            min(max($0, 1), 86_400) * 1000
        }
        let request = push.request(repository: repository)
        let outcome = Conversation(socket: socket, silenceLimit: limit).run(request, waits: push.waits)
        if case .told = outcome { return }
        let isKept = KeptPush.write(request, in: repository)
        let loss = push.hasEffects && !isKept ? ", without its push options" : ""
        switch outcome {
        case .told: break
        case .absent: Terminal.warn("the daemon is not running; \(Terminal.consolation) when it starts\(loss)")
        case .refused: Terminal.warn("\(Terminal.consolation) when it can be\(loss)")
        case .untold(let reason): Terminal.warn("\(reason); \(Terminal.consolation)\(loss)")
        }
    }
}
