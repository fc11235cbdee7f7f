// SPDX-License-Identifier: Apache-2.0

import Pipelines

/// The sign before a stage or an action; the word beside it says the same.
enum GraphMark: Character, CaseIterable {
    case succeeded = "✓"
    case failed = "✗"
    case running = "●"
    /// Somebody must answer.
    case waiting = "◆"
    case stopped = "■"
    case skipped = "–"
    case ahead = "○"

    init(_ status: StageStatus?) {
        self =
            switch status {
            case nil: .ahead
            case .inProgress, .stopping: .running
            case .succeeded: .succeeded
            case .failed: .failed
            case .stopped, .cancelled: .stopped
            case .skipped: .skipped
            }
    }

    init(_ action: ActionExecution?) {
        self =
            switch action?.status {
            case nil: .ahead
            case .inProgress: action?.isWaitingApproval == true ? .waiting : .running
            case .succeeded: .succeeded
            case .failed: .failed
            case .abandoned: .stopped
            }
    }

    init(_ status: ExecutionStatus) {
        self =
            switch status {
            case .inProgress, .stopping: .running
            case .succeeded: .succeeded
            case .failed: .failed
            case .stopped, .superseded, .cancelled: .stopped
            }
    }

    init(_ condition: ConditionExecution) {
        self =
            switch condition.status {
            case .inProgress: .running
            case .succeeded, .overridden: .succeeded
            case .failed, .errored: .failed
            case .cancelled, .abandoned: .stopped
            }
    }

    /// Select Graphic Rendition.
    private var color: String {
        switch self {
        case .succeeded: "32"
        case .failed: "31"
        case .running: "33"
        case .waiting: "1;36"
        case .stopped: "35"
        case .skipped, .ahead: "2"
        }
    }

    /// The text with the first mark of each line in its colour.
    static func painted(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard let place = line.firstIndex(where: { !" ┌│└".contains($0) }),
                let mark = GraphMark(rawValue: line[place])
            else { return String(line) }
            return "\(line[..<place])\u{1B}[\(mark.color)m\(mark.rawValue)\u{1B}[0m\(line[line.index(after: place)...])"
        }.joined(separator: "\n")
    }
}
