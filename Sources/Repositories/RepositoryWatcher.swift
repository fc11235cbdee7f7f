// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Files
internal import Glibc
internal import Synchronization

/// Notices changes of the refs of any number of repositories, by one `inotify(7)` instance and one thread of its own.
///
/// The first event of a burst is told at once; what the kernel has queued by then is told as one. Changes that other
/// machines make on a network file system are not noticed, as inotify has it.
package final class RepositoryWatcher: Sendable {
    private let loop: WatchLoop
    private let finished = DispatchGroup()

    /// Starts the thread.
    /// - Parameter handler: called on the watcher's thread, one call at a time, never while the watcher is locked; it should be
    ///   quick, since the kernel's queue fills meanwhile.
    /// - Throws: when there are no descriptors left. That inotify is not to be had is no error: repositories are polled then.
    package init(handler: @escaping @Sendable (WatchEvent) -> Void) throws(RepositoriesError) {
        do throws(FileError) {
            loop = try WatchLoop(handler: handler)
        } catch {
            throw RepositoriesError(error)
        }
        // A queue of its own, so a thread of its own for as long as the loop runs; the shared queues must not be blocked.
        DispatchQueue(label: "nacre.watch").async(group: finished) { @Sendable [loop] in loop.run() }
    }

    deinit {
        loop.stop()
    }

    /// Watches a repository; replaces what was watched under the key.
    ///
    /// When this returns, every later change will be told, so scan the refs after it, not before.
    /// - Parameters:
    ///   - key: what its events carry.
    ///   - path: the git directory, absolute.
    /// - Returns: whether there is a repository. If not, it is waited for, and told by `.appeared`.
    @discardableResult
    package func add(_ key: RepositoryKey, path: String) -> Bool {
        loop.add(key, path: path)
    }

    /// Stops watching a repository; an event that is on its way may still come.
    package func remove(_ key: RepositoryKey) {
        loop.remove(key)
    }

    /// Stops the thread, and waits until no call of the handler is running; not to be called by the handler.
    package func close() {
        loop.stop()
        finished.wait()
    }

    /// Does what an event queue that overflowed would do; for tests.
    func simulateOverflow() {
        loop.simulateOverflow()
    }
}
