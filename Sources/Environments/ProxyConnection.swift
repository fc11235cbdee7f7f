// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Files
internal import Glibc
internal import Processes

/// A client, and the instance that its requests go to at the moment.
///
/// Bytes are passed on as they are, with back-pressure and half-closed connections as between the two directly. But between
/// two requests the client is joined to no instance in particular: then it is moved to another one without its noticing,
/// and an instance that closes an idle connection closes its own side only.
final class ProxyConnection: EventSink {
    private enum State {
        /// Joined to no instance; nothing has come from the client since.
        case idle
        /// Has something to say, and there is no instance to say it to.
        case waiting
        case connecting
        case joined
        /// Has been told that there is no instance.
        case refused
    }

    private unowned let proxy: Proxy
    private let client: Int32
    private var instance: Int32 = -1
    private var target: ProxyTarget?
    private var state = State.idle
    /// Since when it is in its state, or nothing has passed; milliseconds of the monotonic clock.
    private var since = MonotonicClock.milliseconds()
    /// Since when it waits for an instance.
    private var waitingSince: Int64?
    private var outbound = ByteFlow()
    private var inbound = ByteFlow()
    private var exchange = HTTPExchange()

    /// Takes over the client's socket.
    init(_ proxy: Proxy, client: Int32) {
        self.proxy = proxy
        self.client = client
        proxy.loop.watch(client, for: .reading, self)
    }

    // MARK: - What happens

    func isReady(_ descriptor: Int32, _ readiness: Interest) {
        if descriptor == client { clientIsReady(readiness) } else { instanceIsReady(readiness) }
    }

    /// The instance gets no more new requests.
    func targetIsRetired() {
        switch state {
        case .connecting:
            // Nothing has been read from the client yet.
            leaveInstance()
            join()
        case .joined: settle()
        case .idle, .waiting, .refused: break
        }
    }

    /// Time has passed.
    func tick(_ now: Int64) {
        switch state {
        case .joined:
            // Servers close connections that are idle, and some serve nobody else meanwhile.
            if exchange.isBetweenRequests, !exchange.isToBeClosed, outbound.isEmpty, inbound.isEmpty,
                !outbound.isEnded, !inbound.isEnded, now - since >= Proxy.idleLimit
            {
                detach()
            }
        case .waiting:
            if !proxy.hasHope || now - (waitingSince ?? now) >= Proxy.waitingLimit {
                refuse()
            } else if proxy.target != nil {
                join()
            }
        case .refused:
            if now - since >= Proxy.farewellLimit { close() }
        case .idle, .connecting: break
        }
    }

    /// Whether it matters to it that time passes.
    var needsTicks: Bool {
        switch state {
        case .joined, .waiting, .refused: true
        case .idle, .connecting: false
        }
    }

    /// Ends it, whatever it is doing.
    func cut() {
        if exchange.isOpaque || exchange.isBetweenRequests { close() } else { abort() }
    }

    // MARK: - The client

    private func clientIsReady(_ readiness: Interest) {
        switch state {
        case .idle:
            if hasEnded() { close() } else { join() }
        case .joined:
            if readiness.contains(.writing) {
                guard inbound.flush(to: client) else { return abort() }
            }
            if readiness.contains(.reading) {
                pumpOut()
            } else if !readiness.isDisjoint(with: .broken) {
                return abort()
            }
            settle()
        case .refused:
            discard()
        case .waiting, .connecting:
            close()
        }
    }

    /// Whether the client has closed the connection without another word.
    private func hasEnded() -> Bool {
        var byte: UInt8 = 0
        let count = unsafe recv(client, &byte, 1, Int32(MSG_PEEK))
        return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)
    }

    private func pumpOut() {
        for _ in 0..<Proxy.burst where state == .joined && outbound.isEmpty && !outbound.isEnded {
            switch unsafe Socket.read(client, into: proxy.buffer) {
            case .blocked: return
            case .failed: return abort()
            case .done(0):
                outbound.isEnded = true
            case .done(let count):
                let bytes = unsafe UnsafeRawBufferPointer(rebasing: proxy.buffer[..<count])
                unsafe exchange.sent(bytes)
                // An instance may answer and close without reading everything; its answer is still to be had.
                if unsafe !outbound.pass(bytes, to: instance) { outbound.isEnded = true }
                if count < Proxy.bufferSize { return }
            }
        }
    }

    private func discard() {
        while true {
            switch unsafe Socket.read(client, into: proxy.buffer) {
            case .blocked: return
            case .failed, .done(0): return close()
            case .done: break
            }
        }
    }

    // MARK: - The instance

    /// Begins to connect to the present instance, or to wait for one.
    private func join() {
        guard let target = proxy.target else { return wait() }
        let number = nacre_tcp_connect(target.address.isVersion6, target.address.port)
        if number < 0 { return wait() }
        proxy.isWaiting(self, false)
        self.target = target
        target.add(self)
        instance = number
        state = .connecting
        proxy.loop.forget(client)
        proxy.loop.watch(instance, for: .writing, self)
    }

    private func wait() {
        state = .waiting
        if waitingSince == nil { waitingSince = MonotonicClock.milliseconds() }
        proxy.loop.forget(client)
        proxy.isWaiting(self, true)
    }

    private func instanceIsReady(_ readiness: Interest) {
        if state == .connecting {
            guard nacre_socket_error(instance) == 0 else {
                leaveInstance()
                return wait()
            }
            state = .joined
            waitingSince = nil
            proxy.startTicking()
            return settle()
        }
        guard state == .joined else { return }
        if readiness.contains(.writing), !outbound.flush(to: instance) {
            outbound.clear()
            outbound.isEnded = true
        }
        if !readiness.isDisjoint(with: [.reading, .broken]) { pumpIn() }
        settle()
    }

    private func pumpIn() {
        for _ in 0..<Proxy.burst where state == .joined && inbound.isEmpty && !inbound.isEnded {
            switch unsafe Socket.read(instance, into: proxy.buffer) {
            case .blocked: return
            case .failed:
                // Between requests nobody misses it.
                guard exchange.isBetweenRequests else { return abort() }
                inbound.isEnded = true
            case .done(0):
                inbound.isEnded = true
            case .done(let count):
                let bytes = unsafe UnsafeRawBufferPointer(rebasing: proxy.buffer[..<count])
                unsafe exchange.received(bytes)
                guard unsafe inbound.pass(bytes, to: client) else { return abort() }
                if count < Proxy.bufferSize { return }
            }
        }
    }

    // MARK: - What follows

    /// Passes ends on, moves on between requests, and says what is waited for next.
    private func settle() {
        guard state == .joined else { return }
        since = MonotonicClock.milliseconds()
        if exchange.isBetweenRequests, outbound.isEmpty, inbound.isEmpty {
            let isOver = outbound.isEnded || (exchange.isToBeClosed && (inbound.isEnded || isTargetRetired))
            if isOver { return close() }
            if inbound.isEnded || isTargetRetired { return detach() }
        }
        outbound.passEndOn(to: instance)
        inbound.passEndOn(to: client)
        if outbound.isEndPassedOn, inbound.isEndPassedOn { return close() }
        watch()
    }

    private var isTargetRetired: Bool { target?.isRetired ?? false }

    private func watch() {
        // The next request is left to the next instance.
        let holdsBack = isTargetRetired && exchange.isRequestOver
        var client: Interest = []
        if outbound.isEmpty, !outbound.isEnded, !holdsBack { client.insert(.reading) }
        if !inbound.isEmpty { client.insert(.writing) }
        var instance: Interest = []
        if inbound.isEmpty, !inbound.isEnded { instance.insert(.reading) }
        if !outbound.isEmpty { instance.insert(.writing) }
        proxy.loop.watch(self.client, for: client, self)
        proxy.loop.watch(self.instance, for: instance, self)
    }

    /// Parts from the instance; the client's next request goes to whichever is the present one then.
    private func detach() {
        leaveInstance()
        exchange = HTTPExchange()
        outbound = ByteFlow()
        inbound = ByteFlow()
        state = .idle
        proxy.loop.watch(client, for: .reading, self)
    }

    private func leaveInstance() {
        if instance >= 0 {
            proxy.loop.forget(instance)
            Glibc.close(instance)
            instance = -1
        }
        let old = target
        target = nil
        old?.remove(self)
    }

    /// Tells the client that nobody serves.
    private func refuse() {
        let text = "The environment has no healthy instance.\n"
        let answer =
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: \(text.utf8.count)\r\n"
            + "Retry-After: 5\r\nConnection: close\r\n\r\n\(text)"
        let bytes = Array(answer.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe Socket.write(client, $0) }
        Socket.endWriting(client)
        // To close at once would cut the answer off where the request has not been read.
        state = .refused
        proxy.isWaiting(self, false)
        since = MonotonicClock.milliseconds()
        proxy.loop.watch(client, for: .reading, self)
    }

    private func abort() {
        end { Socket.reset(client) }
    }

    private func close() {
        end { _ = Glibc.close(client) }
    }

    private func end(_ closeClient: () -> Void) {
        proxy.isWaiting(self, false)
        proxy.loop.forget(client)
        closeClient()
        leaveInstance()
        proxy.hasEnded(self)
    }
}
