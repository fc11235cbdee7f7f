// SPDX-License-Identifier: Apache-2.0

package import JSON

/// How a project's builds run; nil: as Nacre does without being told.
///
/// The counterpart of what CodeBuild keeps in a project beside the buildspec.
package struct ProjectSettings: Sendable, Hashable, JSONRepresentable {
    /// How long a build may take from its start.
    package var timeoutSeconds: Int?
    /// How long it may wait in the queue.
    package var queuedTimeoutSeconds: Int?
    /// How many of the project's builds run at once.
    package var concurrentBuildLimit: Int?
    /// How often a failed build is tried again: CodeBuild's `autoRetryLimit`.
    package var retryLimit: Int?
    /// Whether builds run in a sandbox.
    package var isSandboxed: Bool?
    /// Whether a sandbox or a container has the machine's network.
    package var hasNetwork: Bool?
    /// The image that builds run in.
    package var image: String?
    package var memoryBytes: Int64?
    package var cpus: Double?
    package var processes: Int?
    /// How long a build's log may be.
    package var logLimitBytes: Int?
    /// Whether builds may run containers: CodeBuild's `privilegedMode`.
    package var isPrivileged: Bool?
    /// Whether `cache` of the buildspec is carried out.
    package var keepsCache: Bool?
    /// Whether a push starts a batch build.
    package var isBatch: Bool?
    /// Whether builds wait for a person at breakpoints and failures.
    package var isDebug: Bool?

    /// CodeBuild's own limit for a project that sets none: 8 hours.
    package static let defaultQueuedTimeoutSeconds = 8 * 3600

    package init() {}

    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        timeoutSeconds = try members.find("timeoutSeconds")?.integer()
        queuedTimeoutSeconds = try members.find("queuedTimeoutSeconds")?.integer()
        concurrentBuildLimit = try members.find("concurrentBuildLimit")?.integer()
        retryLimit = try members.find("retryLimit")?.integer()
        isSandboxed = try members.find("isSandboxed")?.flag()
        hasNetwork = try members.find("hasNetwork")?.flag()
        image = try members.find("image")?.text()
        memoryBytes = try members.find("memoryBytes")?.int64()
        cpus = try members.find("cpus")?.number()
        processes = try members.find("processes")?.integer()
        logLimitBytes = try members.find("logLimitBytes")?.integer()
        isPrivileged = try members.find("isPrivileged")?.flag()
        keepsCache = try members.find("keepsCache")?.flag()
        isBatch = try members.find("isBatch")?.flag()
        isDebug = try members.find("isDebug")?.flag()
    }

    package func write(to writer: inout JSONWriter) {
        writer.set("concurrentBuildLimit", concurrentBuildLimit)
        writer.set("cpus", cpus)
        writer.set("hasNetwork", hasNetwork)
        writer.set("image", image)
        writer.set("isBatch", isBatch)
        writer.set("isDebug", isDebug)
        writer.set("isPrivileged", isPrivileged)
        writer.set("isSandboxed", isSandboxed)
        writer.set("keepsCache", keepsCache)
        writer.set("logLimitBytes", logLimitBytes)
        writer.set("memoryBytes", memoryBytes.map { Int($0) })
        writer.set("processes", processes)
        writer.set("queuedTimeoutSeconds", queuedTimeoutSeconds)
        writer.set("retryLimit", retryLimit)
        writer.set("timeoutSeconds", timeoutSeconds)
    }

    /// The least that a shell and a few programs need.
    package static let leastMemoryBytes: Int64 = 4 << 20

    /// The shortest log that tells how a build went.
    package static let leastLogBytes = 64 << 10

    /// A hundred years: as long as any time may be that is told to Nacre.
    package static let longestSeconds = 100 * 366 * 86_400

    /// Why builds could not run like this; nil when they can.
    package var problem: String? {
        for (name, seconds) in [("timeout", timeoutSeconds), ("queued-timeout", queuedTimeoutSeconds)] {
            if let seconds, !(1...Self.longestSeconds).contains(seconds) {
                return "`\(name)` must be from 1 second to 100 years, not \(seconds) seconds"
            }
        }
        if isSandboxed ?? false, image != nil { return "`sandbox` and `image` exclude each other" }
        if hasNetwork == false, !(isSandboxed ?? false), image == nil {
            return "`network off` needs `sandbox on` or an `image`: a build on the machine itself has its network"
        }
        if let memoryBytes, memoryBytes < Self.leastMemoryBytes { return "`memory` must be at least 4M" }
        if let logLimitBytes, logLimitBytes < Self.leastLogBytes { return "`log-limit` must be at least 64K" }
        if let image, image.isEmpty || image.contains(where: { $0.isWhitespace || $0 == "!" }) {
            return "`\(image)` is no name of an image"
        }
        return nil
    }

    /// Whether commands see less of the machine than their user may.
    package var isIsolated: Bool { image != nil || isSandboxed ?? false }

    /// What they mean for a build.
    package func apply(to request: inout BuildRequest) {
        if let timeoutSeconds { request.timeoutSeconds = min(timeoutSeconds, Self.longestSeconds) }
        if let image {
            request.isolation = .image(image, hasNetwork: hasNetwork ?? true)
        } else if isSandboxed ?? false {
            request.isolation = .sandbox(hasNetwork: hasNetwork ?? true)
        }
        request.limits = BuildRequest.Limits(memoryBytes: memoryBytes, cpus: cpus, processes: processes)
        request.logLimitBytes = logLimitBytes
        request.isPrivileged = isPrivileged ?? false
        request.isDebug = isDebug ?? false
        request.attempt.projectLimit = retryLimit ?? 0
        if keepsCache == false { request.cache = nil }
    }
}
