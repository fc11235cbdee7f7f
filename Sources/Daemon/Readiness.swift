// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Files

/// Waits, without a thread, until a descriptor can be read or written.
enum Readiness {
    enum Direction {
        case reading
        case writing
    }

    /// Returns when the descriptor is ready, or when the task has been cancelled. The descriptor must stay open meanwhile.
    static func wait(_ descriptor: borrowing Descriptor, _ direction: Direction) async {
        let number = descriptor.number
        let queue = DispatchQueue.global()
        let source: any DispatchSourceProtocol =
            direction == .reading
            ? DispatchSource.makeReadSource(fileDescriptor: number, queue: queue)
            : DispatchSource.makeWriteSource(fileDescriptor: number, queue: queue)
        let box = SourceBox(source)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                box.start(continuation)
            }
        } onCancel: {
            box.cancel()
        }
    }
}

/// A one-shot dispatch source: the first event or a cancellation ends it, and only then is the waiter resumed, so that
/// the descriptor is never closed under a live source.
private final class SourceBox: Sendable {
    // Dispatch sources may be used from any thread; the protocol does not say so to the compiler.
    private nonisolated(unsafe) let source: any DispatchSourceProtocol

    init(_ source: any DispatchSourceProtocol) {
        unsafe self.source = source
    }

    func start(_ continuation: CheckedContinuation<Void, Never>) {
        unsafe source.setEventHandler { @Sendable [self] in cancel() }
        unsafe source.setCancelHandler { @Sendable in continuation.resume() }
        unsafe source.activate()
    }

    func cancel() {
        unsafe source.cancel()
    }
}
