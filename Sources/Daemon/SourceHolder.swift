// SPDX-License-Identifier: Apache-2.0

internal import Dispatch

/// A dispatch source that any thread may cancel.
final class SourceHolder: Sendable {
    private nonisolated(unsafe) let source: any DispatchSourceProtocol  // safe on any thread

    /// Starts the source.
    ///
    /// * `onEvent`: runs on each event.
    /// * `onCancel`: runs once, after which the descriptor may be closed.
    init(
        _ source: any DispatchSourceProtocol,
        onEvent: @escaping @Sendable (SourceHolder) -> Void,
        onCancel: @escaping @Sendable () -> Void
    ) {
        unsafe self.source = source
        // The source keeps its handlers, and so this object, until it is cancelled.
        source.setEventHandler { @Sendable [self] in onEvent(self) }
        source.setCancelHandler { @Sendable in onCancel() }
        source.activate()
    }

    func cancel() {
        unsafe source.cancel()
    }
}
