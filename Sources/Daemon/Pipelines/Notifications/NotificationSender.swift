// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import Files
internal import Processes

/// Delivers one notification once.
struct NotificationSender: Sendable {
    /// How long a command may take.
    private static let commandLimit = Duration.seconds(30)
    /// How long `curl` may take before it gives up by itself.
    private static let webhookSeconds = 10
    /// What `curl` may need to get out of the machine's network.
    private static let proxyVariables = [
        "http_proxy", "https_proxy", "no_proxy", "all_proxy", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
    ]

    private let folder: String
    private let environment: [String: String]
    private let proxies: [String: String]
    private let thread = BlockingQueue(label: "nacre.notifications")

    /// - Parameters:
    ///   - folder: where files without a name can be made.
    ///   - environment: the daemon's own, of which little is handed on.
    init(folder: String, environment: [String: String]) {
        self.folder = folder
        self.environment = MachineEnvironment.pick(from: environment)
        proxies = environment.filter { Self.proxyVariables.contains($0.key) }
    }

    /// Delivers a message.
    /// - Returns: why it did not arrive; nil where it did.
    func send(_ message: NotificationMessage, by way: NotificationTarget.Way) async -> String? {
        let input = Array("\(message.body)\n".utf8)
        do throws(FileError) {
            switch way {
            case .command(let line):
                let environment = environment.merging(message.variables) { $1 }
                let command = try await start("/bin/sh", ["-c", line], environment, input)
                return await failure(of: command, within: Self.commandLimit, name: "the command")
            case .webhook(let address):
                guard let curl = program("curl") else {
                    return
                        "webhooks are sent by curl, which is missing on this machine: install it (apt-get install curl)"
                }
                // The address comes by a file: it may hold a token, and arguments can be read by all of the machine.
                let command = try await start(
                    curl,
                    [
                        "--disable", "--silent", "--show-error", "--fail", "--max-time", String(Self.webhookSeconds),
                        "--proto", "=http,https", "--header", "Content-Type: application/json", "--data-binary", "@-",
                        "--config", "/dev/fd/3",
                    ],
                    environment.merging(proxies) { $1 },
                    input,
                    more: Array("url = \"\(Self.quoted(address))\"\n".utf8)
                )
                return await failure(of: command, within: .seconds(Self.webhookSeconds + 5), name: "curl")
            }
        } catch {
            return "\(error)"
        }
    }

    private func start(
        _ program: String,
        _ arguments: [String],
        _ environment: [String: String],
        _ input: [UInt8],
        more: [UInt8]? = nil
    ) async throws(FileError) -> RunningCommand {
        try await thread.run { [folder] () throws(FileError) in
            try RunningCommand(
                program,
                arguments,
                environment: environment,
                input: input,
                more: more,
                folder: folder
            )
        }
    }

    private func failure(of command: RunningCommand, within limit: Duration, name: String) async -> String? {
        let reason: String
        switch await command.end(within: limit) {
        case .exited(.exited(0)): return nil
        case .exited(let status): reason = "\(name) ended with \(status.shellCode)"
        case .killed: reason = "\(name) took longer than \(limit.components.seconds) s"
        }
        let words = command.lastWords()
        return words.isEmpty ? reason : "\(reason): \(words)"
    }

    private func program(_ name: String) -> String? {
        (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }.first { Folder.exists($0) }
    }

    /// A text within the quotation marks of curl's configuration files.
    private static func quoted(_ text: String) -> String {
        text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
    }
}
