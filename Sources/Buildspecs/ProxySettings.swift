// SPDX-License-Identifier: Apache-2.0

/// The block `proxy`, which matters only behind an explicit proxy.
package struct ProxySettings: Sendable, Hashable {
    /// Whether artifacts are uploaded through the proxy.
    package let uploadsArtifacts: Bool
    /// Whether logs are sent through the proxy.
    package let sendsLogs: Bool
}
