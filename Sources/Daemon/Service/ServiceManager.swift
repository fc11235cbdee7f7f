// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Glibc
internal import Synchronization

/// The manager that has started the daemon as a service, systemd or one that speaks its protocol (sd_notify(3)).
final class ServiceManager: Sendable {
    /// How often it wants to hear that the daemon is alive; nil: it does not.
    let watchdogInterval: Duration?
    private let address: String
    private let thread = BlockingQueue(label: "nacre.service")
    private let isStopping = Atomic(false)
    /// A manager that is busy is waited for, but not for ever.
    private static let patienceMilliseconds: Int32 = 1000

    /// Who is to be told, as the environment says; nil where nobody is.
    ///
    /// What says so is taken out of the environment, so that no child comes to speak for the daemon: call it before any other
    /// thread has been started.
    static func take() -> ServiceManager? {
        defer {
            for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] { _ = unsafe unsetenv(name) }
        }
        guard let address = variable("NOTIFY_SOCKET"), address.hasPrefix("/") || address.hasPrefix("@"),
            address.utf8.count > 1
        else { return nil }
        let isForUs = variable("WATCHDOG_PID").map { $0 == String(getpid()) } ?? true
        let microseconds = isForUs ? variable("WATCHDOG_USEC").flatMap { Int64($0) } : nil
        return ServiceManager(
            address: address,
            watchdogInterval: microseconds.flatMap { $0 > 0 ? .microseconds($0) : nil }
        )
    }

    private static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    private init(address: String, watchdogInterval: Duration?) {
        self.address = address
        self.watchdogInterval = watchdogInterval
    }

    /// Tells it variables, `NAME=VALUE`, in one message.
    /// - Returns: 0, or the errno for which they did not arrive.
    @discardableResult
    func tell(_ variables: [String]) async -> Int32 {
        await thread.run { [address] in Self.send(variables, to: address) }
    }

    /// Tells people how it is; not any more when it stops.
    func tellStatus(_ text: String) async {
        await thread.run { [self] in
            if isStopping.load(ordering: .relaxed) { return }
            _ = Self.send(["STATUS=\(text)"], to: address)
        }
    }

    /// Tells that the end has begun.
    func tellStopping(_ text: String) async {
        await thread.run { [self] in
            isStopping.store(true, ordering: .relaxed)
            _ = Self.send(["STOPPING=1", "STATUS=\(text)"], to: address)
        }
    }

    private static func send(_ variables: [String], to address: String) -> Int32 {
        let bytes = Array(variables.joined(separator: "\n").utf8)
        return unsafe bytes.withUnsafeBytes { buffer in
            unsafe nacre_unix_send_datagram(address, buffer.baseAddress, buffer.count, patienceMilliseconds)
        }
    }
}
