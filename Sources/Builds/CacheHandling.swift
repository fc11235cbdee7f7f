// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs
internal import Caches
internal import Diagnostics
internal import Digests
internal import Files

/// What becomes of a buildspec's `cache` in the course of one build.
enum CacheHandling {
    /// Nothing was asked for yet, or there is nothing to do.
    case idle
    /// The key has been evaluated: at the end the entry is saved under the same.
    case evaluated(CacheRequest)
    /// The key cannot be evaluated; it was said so.
    case unusable
}

extension BuildSession {
    /// DOWNLOAD_SOURCE: puts back what earlier builds have saved.
    ///
    /// Nothing that goes wrong with a cache fails a build.
    func restoreCache() throws(FileError) {
        guard let settings = buildspec.cache else { return }
        guard let store = cacheStore else {
            return try log.agent("Skip cache due to: caching is turned off for this build")
        }
        if supervisor.request.start != nil {
            return try log.agent("Cache not restored: the build goes on in the workspace of an earlier one")
        }
        guard settings.action != .save else { return try log.agent("Cache not restored: its action is save") }
        guard let request = try cacheRequest(settings) else { return }
        for line in store.restore(request, isStopped: runner.interruptionProbe()).lines { try log.agent(line) }
    }

    /// UPLOAD_ARTIFACTS: saves what the paths match now.
    ///
    /// * `hasFailed`: whether the build has; then nothing is saved.
    func saveCache(hasFailed: Bool) throws(FileError) {
        guard let settings = buildspec.cache, !settings.paths.isEmpty, let store = cacheStore else { return }
        if settings.action == .restore { return try log.agent("Cache not saved: its action is restore") }
        if hasFailed { return try log.agent("Cache not saved: the build failed") }
        guard let request = try cacheRequest(settings) else { return }
        for line in store.save(request, isStopped: runner.interruptionProbe()).lines { try log.agent(line) }
    }

    private var cacheStore: CacheStore? {
        supervisor.request.cache.map { CacheStore(directory: $0.directory, limitBytes: Int($0.limitBytes)) }
    }

    /// The block with its shell texts evaluated and its variables replaced; once a build, so that what is saved is found by
    /// the next build that looks for it at the same point.
    private func cacheRequest(_ settings: CacheSettings) throws(FileError) -> CacheRequest? {
        switch cache {
        case .evaluated(let request): return request
        case .unusable: return nil
        case .idle: break
        }
        var request = CacheRequest(paths: [], root: supervisor.request.source.directory)
        cache = .unusable
        if let text = settings.key?.value {
            guard let key = try evaluate(text) else {
                try log.agent("Skip cache due to: the key cannot be evaluated: \(text)")
                return nil
            }
            request.key = key
            for fallback in settings.fallbackKeys {
                if let key = try evaluate(fallback.value) { request.fallbackKeys.append(key) }
            }
        }
        for path in settings.paths {
            let text = path.value.contains("$") ? try expand(path.value) : path.value
            // Relative, as the source lies elsewhere in every build.
            let inside = request.root + "/"
            request.paths.append(text.hasPrefix(inside) ? String(text.dropFirst(inside.count)) : text)
        }
        cache = .evaluated(request)
        return request
    }

    /// What the shell makes of a key; nil where it makes nothing of it.
    private func evaluate(_ text: String) throws(FileError) -> String? {
        let bytes = try read(try state.prepareQuotedEvaluation(of: text))
        guard let bytes, let key = String(validating: bytes, as: UTF8.self), !key.isEmpty else { return nil }
        // A key is written into the entry and the log: a secret in it is replaced, and told from others by a sum.
        let shown = log.masked(key)
        return shown == key ? key : "\(shown)-\(SHA256Digest(of: Array(key.utf8)).hex.prefix(16))"
    }

    private func expand(_ text: String) throws(FileError) -> String {
        defer { snapshot = nil }
        return VariableText.expand(text, try finalEnvironment())
    }
}
