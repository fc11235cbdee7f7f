// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// Puts on the disk that a build has begun, while the build still prepares itself; no command runs before that is done.
///
/// Otherwise a power cut could take every trace of commands that have run, and the build would be taken for one that never
/// began, and be run once more.
struct DurableBeginning {
    private let thread: pthread_t?
    private let work: Work

    /// Starts to write what the build has recorded so far.
    init(of folder: BuildFolder) {
        work = Work(folder)
        // Retained for the thread, and released when it is over, but not by it: a thread that frees anything is given a heap
        // of its own, which costs more than all else that it does.
        let box = unsafe Unmanaged.passRetained(work)
        var thread = pthread_t()
        if unsafe pthread_create(&thread, nil, Self.main, box.toOpaque()) == 0 {
            self.thread = thread
        } else {
            unsafe box.release()
            work.sync()
            self.thread = nil
        }
    }

    /// Waits until it is on the disk; to be called once.
    func wait() {
        guard let thread else { return }
        pthread_join(thread, nil)
        unsafe Unmanaged.passUnretained(work).release()
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { box in
        if let box = unsafe box { unsafe Unmanaged<Work>.fromOpaque(box).takeUnretainedValue().sync() }
        return nil
    }

    /// The file that says it, and the folders that lead to it.
    private final class Work: Sendable {
        private let paths: [String]

        init(_ folder: BuildFolder) {
            paths = [folder.events, folder.path, Paths.parent(folder.path)]
        }

        func sync() {
            // Where the disk fails, the build's own writes will say so.
            for path in paths { try? Descriptor.open(path, O_RDONLY).sync() }
        }
    }
}
