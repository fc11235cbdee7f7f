// SPDX-License-Identifier: Apache-2.0

/// An instance, as the proxy sees it.
final class ProxyTarget {
    let address: LoopbackAddress
    /// Whether new requests go elsewhere.
    fileprivate(set) var isRetired = false
    /// Those that are connected to it, or are about to be.
    private(set) var connections: [ObjectIdentifier: ProxyConnection] = [:]
    /// Called once, when it is retired and nobody is connected to it.
    private var whenFree: (() -> Void)?

    init(_ address: LoopbackAddress) {
        self.address = address
    }

    func add(_ connection: ProxyConnection) {
        connections[ObjectIdentifier(connection)] = connection
    }

    func remove(_ connection: ProxyConnection) {
        connections[ObjectIdentifier(connection)] = nil
        callIfFree()
    }

    /// Gives it no more requests; those that it has are answered.
    func retire(whenFree: @escaping () -> Void) {
        isRetired = true
        self.whenFree = whenFree
        for connection in Array(connections.values) { connection.targetIsRetired() }
        callIfFree()
    }

    /// Ends all connections that are left.
    func cut() {
        for connection in Array(connections.values) { connection.cut() }
        callIfFree()
    }

    private func callIfFree() {
        guard isRetired, connections.isEmpty, let whenFree else { return }
        self.whenFree = nil
        whenFree()
    }
}

/// Where an instance listens: some programs take `localhost` for the address of version 6 alone.
struct LoopbackAddress: Hashable {
    let port: UInt16
    let isVersion6: Bool
}
