// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Files
internal import Glibc
internal import Processes

/// Listens on the environment's own port and passes what comes to the present instance.
@safe final class Proxy: EventSink {
    /// How long a client waits for an instance, before it is told that there is none; in milliseconds.
    static let waitingLimit: Int64 = 10_000
    /// After how long without a request a connection to an instance is given up; in milliseconds.
    static let idleLimit: Int64 = 1_000
    /// How long a client that was told to go may take; in milliseconds.
    static let farewellLimit: Int64 = 2_000
    /// How many buffers one connection may pass before others have their turn.
    static let burst = 4
    /// How much is read at once; in bytes.
    static let bufferSize = 65_536

    let loop: EventLoop
    /// Where everything passes through, one connection after the other.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Proxy.bufferSize, alignment: 16)
    /// Where requests go; nil: they wait.
    private(set) var target: ProxyTarget?
    /// Where it listens once it is opened.
    var port: Int
    /// Whether there is an instance, or will be one in a moment; else clients are told at once that there is none.
    var hasHope = true
    private var listeners: [Int32] = []
    private var connections: [ObjectIdentifier: ProxyConnection] = [:]
    private var waiting: [ObjectIdentifier: ProxyConnection] = [:]
    private var tick: EventLoop.Timer?

    init(_ loop: EventLoop, port: Int) {
        self.loop = loop
        self.port = port
    }

    deinit {
        unsafe buffer.deallocate()
    }

    var isListening: Bool { !listeners.isEmpty }

    /// Takes the port.
    /// - Throws: `EADDRINUSE`, `EACCES`.
    func open() throws(FileError) {
        let number = UInt16(truncatingIfNeeded: port)
        let main = try FileError.checkNegated("bind", "127.0.0.1:\(port)", nacre_tcp_listen(false, number, 4096))
        listeners = [main]
        // A machine need not have version 6.
        let other = nacre_tcp_listen(true, number, 4096)
        if other >= 0 { listeners.append(other) }
        for listener in listeners { loop.watch(listener, for: .reading, self) }
    }

    /// Gives the port up; connections that are there stay.
    func stopListening() {
        for listener in listeners {
            accept(listener)
            loop.forget(listener)
            close(listener)
        }
        listeners = []
        for connection in Array(waiting.values) { connection.cut() }
    }

    /// Sends requests to another instance from now on; nil: to none, they wait.
    /// - Returns: the one that has had them; whoever gets it retires it.
    func turn(to new: ProxyTarget?) -> ProxyTarget? {
        let old = target
        target = new
        if new != nil {
            let now = MonotonicClock.milliseconds()
            for connection in Array(waiting.values) { connection.tick(now) }
        }
        return old
    }

    // MARK: - Of its connections

    func isReady(_ descriptor: Int32, _ readiness: Interest) {
        accept(descriptor)
    }

    func hasEnded(_ connection: ProxyConnection) {
        connections[ObjectIdentifier(connection)] = nil
    }

    /// Whether a connection has something to say and nobody to say it to.
    func isWaiting(_ connection: ProxyConnection, _ waits: Bool) {
        if waits || !waiting.isEmpty { waiting[ObjectIdentifier(connection)] = waits ? connection : nil }
        if waits { startTicking() }
    }

    /// Sees to it that connections are told when time passes.
    func startTicking() {
        if tick != nil { return }
        tick = loop.after(waiting.isEmpty ? 1_000 : 100) { [unowned self] in
            tick = nil
            let now = MonotonicClock.milliseconds()
            for connection in Array(connections.values) { connection.tick(now) }
            // While all are idle, nothing is to be done.
            if connections.values.contains(where: \.needsTicks) { startTicking() }
        }
    }

    private func accept(_ listener: Int32) {
        for _ in 0..<64 {
            let number = nacre_tcp_accept(listener)
            if number >= 0 {
                let connection = ProxyConnection(self, client: number)
                connections[ObjectIdentifier(connection)] = connection
            } else if number == -EAGAIN {
                return
            } else if number != -ECONNABORTED {
                return pause()
            }
        }
    }

    /// Lets clients wait in the kernel's queue while descriptors are short.
    private func pause() {
        for listener in listeners { loop.forget(listener) }
        loop.after(100) { [unowned self] in
            for listener in listeners { loop.watch(listener, for: .reading, self) }
        }
    }
}
