// SPDX-License-Identifier: Apache-2.0

internal import Files

/// All targets.
package enum FuzzTargets {
    /// By their names.
    package static let all: [any FuzzTarget] = [
        AppSpecTarget(), AuditTarget(), BackupTarget(), BuildspecTarget(), ControlTarget(), DotenvTarget(),
        DurationTarget(), EventPatternTarget(),
        GitGlobTarget(), GitTarget(), GlobTarget(), HookTarget(), JournalTarget(), JSONTarget(), MaskTarget(),
        PipelineTarget(),
        ReportTarget(), ScheduleTarget(), SettingsTarget(), ShellWordTarget(), SubTarget(), TemplateTarget(),
        TerminalTarget(),
        TextPatternTarget(), TriggerGlobTarget(), VariableTarget(), XMLTarget(), YAMLTarget(), ZipTarget(),
    ]

    /// The target of a name.
    package static func named(_ name: String) -> (any FuzzTarget)? {
        all.first { $0.name == name }
    }

    /// Writes a target's good inputs to files, for a fuzzer that begins with files.
    package static func writeSeeds(of target: any FuzzTarget, to folder: String) {
        for (index, seed) in target.seeds.enumerated() { try? AtomicFile.write(seed, to: "\(folder)/seed-\(index)") }
    }
}
