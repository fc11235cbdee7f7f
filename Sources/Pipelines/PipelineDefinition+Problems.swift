// SPDX-License-Identifier: Apache-2.0

extension PipelineDefinition {
    /// Everything that is wrong with the definition, in its order.
    package func problems() -> [PipelineProblem] { [] }
}
