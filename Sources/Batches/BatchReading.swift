// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs
package import Diagnostics

/// What DOWNLOAD_BATCHSPEC finds: the plan of a batch, or why there is none.
package struct BatchReading: Sendable, Hashable {
    /// Why a batch cannot be run, as a phase's context tells it.
    package struct Refusal: Error, Sendable, Hashable {
        /// `YAML_FILE_ERROR`, or `BATCH_SPEC_VALIDATION_ERROR` where the block `batch` is to blame.
        package let statusCode: String
        /// AWS's own words where they are known; else ours, with the place.
        package let message: String

        package init(statusCode: String, message: String) {
            self.statusCode = statusCode
            self.message = message
        }
    }

    /// The plan, or why there is none.
    package let plan: Result<BatchPlan, Refusal>
    /// Every problem of the file, warnings too.
    package let diagnostics: [Diagnostic]

    /// Reads a buildspec for its batch; no I/O.
    ///
    /// AWS refuses a batch whose version is in quotes (``cannot unmarshal !!str `0.2` into float64``); here that is the warning
    /// which the reader gives, as nobody is served by a refusal.
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - file: its name for places.
    package init(_ bytes: [UInt8], file: String) {
        let reading = BuildspecReader.read(bytes, file: file)
        diagnostics = reading.diagnostics
        if let settings = reading.buildspec?.batch {
            plan = .success(BatchPlan(settings))
        } else if let problem = reading.batchProblem {
            plan = .failure(Self.refusal(problem, "BATCH_SPEC_VALIDATION_ERROR"))
        } else if let problem = reading.diagnostics.first(where: { $0.severity == .error }) {
            plan = .failure(Self.refusal(problem, "YAML_FILE_ERROR"))
        } else {
            plan = .failure(
                Refusal(
                    statusCode: "BATCH_SPEC_VALIDATION_ERROR",
                    message: "\(file) has no block `batch`: a batch build needs one"
                )
            )
        }
    }

    private static func refusal(_ problem: Diagnostic, _ statusCode: String) -> Refusal {
        Refusal(
            statusCode: statusCode,
            message: problem.wireMessage ?? "\(problem.location): \(problem.message)"
        )
    }
}
