// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Glibc

/// Asks an instance once, over HTTP/1.0, whether it serves.
final class HealthProbe: EventSink {
    /// What came of it.
    enum Answer: Equatable {
        case status(Int)
        /// Nothing, or nothing that can be understood: why.
        case none(String)
    }

    private let loop: EventLoop
    private let path: String
    private let whenDone: (Answer) -> Void
    private var descriptor: Int32 = -1
    private var timer: EventLoop.Timer?
    private var received: [UInt8] = []
    private var isSent = false
    private var isDone = false
    /// How much of the answer is read: a server whose answer is not taken writes of broken pipes in its log.
    private var left = 262_144

    /// Asks; the answer comes later, once, unless the probe is cancelled.
    init(
        _ loop: EventLoop,
        _ address: LoopbackAddress,
        path: String,
        within milliseconds: Int64,
        whenDone: @escaping (Answer) -> Void
    ) {
        self.loop = loop
        self.path = path
        self.whenDone = whenDone
        timer = loop.after(milliseconds) { [weak self] in self?.finish(.none("there is no answer in time")) }
        let number = nacre_tcp_connect(address.isVersion6, address.port)
        if number >= 0 {
            descriptor = number
            loop.watch(number, for: .writing, self)
        } else {
            loop.cancel(timer)
            timer = loop.after(0) { [weak self] in self?.finish(.none(Self.text(-number))) }
        }
    }

    deinit {
        loop.cancel(timer)
        if descriptor >= 0 {
            loop.forget(descriptor)
            close(descriptor)
        }
    }

    /// Gives it up.
    func cancel() {
        isDone = true
        end()
    }

    func isReady(_ descriptor: Int32, _ readiness: Interest) {
        if !isSent {
            let error = nacre_socket_error(descriptor)
            if error != 0 { return finish(.none(Self.text(error))) }
            let request = "GET \(path) HTTP/1.0\r\nHost: localhost\r\nUser-Agent: Nacre-HealthChecker/1.0\r\n\r\n"
            // Far less than what a new socket takes.
            _ = unsafe Array(request.utf8).withUnsafeBytes { unsafe Socket.write(descriptor, $0) }
            isSent = true
            loop.watch(descriptor, for: .reading, self)
        } else {
            read()
        }
    }

    private func read() {
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while left > 0 {
            let outcome = unsafe chunk.withUnsafeMutableBytes { unsafe Socket.read(descriptor, into: $0) }
            switch outcome {
            case .blocked: return
            case .failed: return finish(.none("the connection was cut off"))
            case .done(0): return finish(.none("the connection was closed without an answer"))
            case .done(let count):
                left -= count
                if !isDone { take(chunk[..<count]) }
            }
        }
        finish(.none("the answer is too long"))
    }

    /// The first line decides.
    private func take(_ bytes: ArraySlice<UInt8>) {
        received += bytes
        guard let end = received.firstIndex(of: 10) else { return }
        guard let status = HTTPExchange.status(received[..<end]) else {
            return finish(.none("the answer is not HTTP/1"))
        }
        isDone = true
        whenDone(.status(status))
    }

    private func finish(_ answer: Answer) {
        end()
        if isDone { return }
        isDone = true
        whenDone(answer)
    }

    private func end() {
        loop.cancel(timer)
        timer = nil
        guard descriptor >= 0 else { return }
        loop.forget(descriptor)
        close(descriptor)
        descriptor = -1
    }

    private static func text(_ code: Int32) -> String { unsafe String(cString: strerror(code)).lowercased() }
}
