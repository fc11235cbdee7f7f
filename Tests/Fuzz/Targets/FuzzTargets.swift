// SPDX-License-Identifier: Apache-2.0

/// All targets.
package enum FuzzTargets {
    /// By their names.
    package static let all: [any FuzzTarget] = [
        AppSpecTarget(), BuildspecTarget(), ControlTarget(), DotenvTarget(), DurationTarget(), EventPatternTarget(),
        GitGlobTarget(), GlobTarget(), HookTarget(), JournalTarget(), JSONTarget(), MaskTarget(), PipelineTarget(),
        ReportTarget(), ScheduleTarget(), ShellWordTarget(), SubTarget(), TemplateTarget(), TerminalTarget(),
        TextPatternTarget(), TriggerGlobTarget(), VariableTarget(), XMLTarget(), YAMLTarget(), ZipTarget(),
    ]

    /// The target of a name.
    package static func named(_ name: String) -> (any FuzzTarget)? {
        all.first { $0.name == name }
    }
}
