// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Files
internal import Synchronization

/// Waits, without a thread, until a descriptor can be read or written.
enum Readiness {
    enum Direction {
        case reading
        case writing
    }

    /// Returns when the descriptor is ready, or when the task has been cancelled.
    static func wait(_ descriptor: borrowing Descriptor, _ direction: Direction) async {
        let number = descriptor.number
        let holder = Mutex<SourceHolder?>(nil)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let source: any DispatchSourceProtocol =
                    direction == .reading
                    ? DispatchSource.makeReadSource(fileDescriptor: number, queue: .global())
                    : DispatchSource.makeWriteSource(fileDescriptor: number, queue: .global())
                // The waiter goes on only when the source has let go of the descriptor, which may be closed then.
                let started = SourceHolder(source) {
                    $0.cancel()
                } onCancel: {
                    continuation.resume()
                }
                holder.withLock { $0 = started }
                if Task.isCancelled { started.cancel() }
            }
        } onCancel: {
            holder.withLock { $0?.cancel() }
        }
    }
}
