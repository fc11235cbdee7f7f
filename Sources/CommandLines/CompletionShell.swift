// SPDX-License-Identifier: Apache-2.0

/// A shell that completes command lines with a script of ours.
package enum CompletionShell: String, Sendable, Hashable, CaseIterable {
    case bash
}
