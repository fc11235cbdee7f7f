// SPDX-License-Identifier: Apache-2.0

extension PipelineDefinition {
    /// Everything that is wrong with the definition, all at once, in its order.
    ///
    /// The rules are AWS's (its service model, and "CodePipeline pipeline structure reference"), and what of it cannot be carried
    /// out here. The definition may be used where no problem is an error.
    package func problems() -> [PipelineProblem] {
        var check = PipelineCheck(definition: self)
        check.run()
        return check.problems
    }
}
