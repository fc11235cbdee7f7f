// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import Journals
internal import Pipelines
internal import Repositories

/// Which pipelines start when something changes: worked out from definitions, rules and mappings alone.
struct PipelineTriggers: Sendable {
    /// A source action on a git repository.
    struct Source: Sendable {
        let pipeline: String
        let action: ActionDeclaration
        let settings: GitSourceSettings
        /// The names that its repository may have here.
        let repositories: [String]
        /// The filters of the triggers that name it, which take the place of its own detection of changes; nil: none does.
        let filters: [TriggerDeclaration.Push]?
        /// Why it starts its pipeline when its branch changes, no trigger and no rule that was applied being asked.
        let detection: ExecutionTrigger.Kind?
    }

    /// A ref that has moved.
    struct Move: Sendable {
        let repository: String
        let ref: String
        /// Nil when it is new.
        let old: String?
        /// Nil when it was deleted.
        let new: String?
        /// The commit that it leads to now.
        let commit: String?
    }

    /// An execution that is to be started.
    struct Start: Sendable, Hashable {
        /// What a source action is pinned to.
        struct Pin: Sendable, Hashable {
            let commit: String
            /// The ref that was pushed, where it is not the action's own branch.
            let reference: String?
        }

        let pipeline: String
        let trigger: ExecutionTrigger
        /// By source action; the others get their head.
        var pins: [String: Pin]
        /// What a rule hands over: `sourceRevisions`, `variables`.
        var input: JSONValue?
    }

    let definitions: [String: PipelineDefinition]
    let sources: [Source]
    let objects: [ObjectSource]
    let rules: [Rule]
    private let byRepository: [String: [Source]]

    /// - Parameters:
    ///   - pipelines: all that there are.
    ///   - rules: the resources of kind `rule`; those that cannot be read start nothing.
    ///   - mappings: by `OWNER/NAME`, the repositories of this machine.
    init(pipelines: [PipelineRecord], rules: [ResourceRecord], mappings: [String: String]) {
        var definitions: [String: PipelineDefinition] = [:]
        var sources: [Source] = []
        var objects: [ObjectSource] = []
        for record in pipelines {
            definitions[record.name] = record.definition
            for action in record.definition.sourceActions {
                if let source = Source(action, of: record, mappings: mappings) { sources.append(source) }
                if let source = ObjectSource(action, of: record) { objects.append(source) }
            }
        }
        self.definitions = definitions
        self.sources = sources
        self.objects = objects
        self.rules = rules.compactMap { Rule($0, definitions: definitions) }
        var byRepository: [String: [Source]] = [:]
        for source in sources {
            for name in source.repositories { byRepository[name, default: []].append(source) }
        }
        self.byRepository = byRepository
    }

    // MARK: - Refs

    /// Whether a pipeline has a source on this branch: its builds are the pipeline's then.
    func isSource(_ ref: String, of repository: String) -> Bool {
        (byRepository[repository] ?? []).contains { $0.settings.ref == RefName(ref) }
    }

    /// The executions that follow from a ref's move, one of a pipeline at most, ordered by the pipelines' names.
    ///
    /// `changedFiles` is asked at most once, and only where a filter is about files.
    func starts(for move: Move, changedFiles: () -> [String]) -> [Start] {
        var starts: [String: Start] = [:]
        // Whoever notices it first has started it.
        func add(_ pipeline: String, _ trigger: ExecutionTrigger) {
            if starts[pipeline] == nil { starts[pipeline] = Start(pipeline: pipeline, trigger: trigger, pins: [:]) }
        }
        for start in self.starts(for: PipelineEvents.change(move)) { starts[start.pipeline] = start }
        var pins: [String: [String: Start.Pin]] = [:]
        var files: [String]?
        for source in byRepository[move.repository] ?? [] {
            let isOwnBranch = source.settings.ref == RefName(move.ref)
            if isOwnBranch, let commit = move.commit {
                pins[source.pipeline, default: [:]][source.action.name] = Start.Pin(commit: commit, reference: nil)
            }
            guard move.new != nil, let commit = move.commit else { continue }
            if let filters = source.filters {
                let isMatched = filters.contains { filter in
                    guard filter.matches(ref: move.ref) else { return false }
                    if filter.filePaths != nil, files == nil { files = changedFiles() }
                    return filter.matches(ref: move.ref, changedFiles: files ?? [])
                }
                guard isMatched else { continue }
                add(source.pipeline, ExecutionTrigger(.webhookV2, detail: "\(move.ref) \(commit)"))
                pins[source.pipeline, default: [:]][source.action.name] = Start.Pin(
                    commit: commit,
                    reference: isOwnBranch ? nil : move.ref
                )
            } else if let kind = source.detection {
                // An assumed rule is like those that CDK writes: a tag of the branch's name starts the pipeline, too.
                let isTag = kind == .cloudWatchEvent && RefName(move.ref) == source.settings.tagRef
                guard isOwnBranch || isTag else { continue }
                add(source.pipeline, ExecutionTrigger(kind, detail: source.detail(of: move)))
            }
        }
        return starts.values.map { start in
            var start = start
            start.pins = pins[start.pipeline] ?? [:]
            return start
        }.sorted { $0.pipeline < $1.pipeline }
    }

    /// The executions that rules start for an event, one of a pipeline at most, ordered by the pipelines' names.
    func starts(for event: JSONValue) -> [Start] {
        var starts: [String: Start] = [:]
        for rule in rules where rule.matches(event) {
            for start in rule.starts(event) where starts[start.pipeline] == nil { starts[start.pipeline] = start }
        }
        return starts.values.sorted { $0.pipeline < $1.pipeline }
    }

    /// The refs of a repository whose moves may start pipelines.
    func refs(of repository: String) -> WatchedNames {
        var names = WatchedNames()
        for source in byRepository[repository] ?? [] {
            names.refs.insert(source.settings.ref)
            if source.detection == .cloudWatchEvent { names.refs.insert(source.settings.tagRef) }
            if !(source.filters ?? []).isEmpty { names.isEverything = true }
        }
        for rule in rules { rule.watch(repository, &names) }
        return names
    }

    /// Whether moves of the repository's refs can start anything.
    func concerns(_ repository: String) -> Bool {
        byRepository[repository] != nil || rules.contains { $0.pattern != nil }
    }
}

extension PipelineTriggers.Source {
    /// Nil when the action is not on a git repository, or lacks a key.
    fileprivate init?(_ action: ActionDeclaration, of record: PipelineRecord, mappings: [String: String]) {
        guard let settings = GitSourceSettings(action) else { return nil }
        let triggers = record.definition.triggers.filter { $0.sourceActionName == action.name }
        self.init(
            pipeline: record.name,
            action: action,
            settings: settings,
            repositories: RepositoryMapping.candidates(settings, mappings: mappings),
            filters: triggers.isEmpty ? nil : triggers.flatMap(\.push),
            detection: Self.detection(settings, assumesRules: record.assumesRules)
        )
    }

    private static func detection(_ settings: GitSourceSettings, assumesRules: Bool) -> ExecutionTrigger.Kind? {
        switch settings.kind {
        // A definition by itself cannot say whether there is a rule; polling beside it would start nothing more.
        case .codeCommit where assumesRules: .cloudWatchEvent
        case .connection: settings.detectsChanges ? .webhookV2 : nil
        case .gitHub where assumesRules: .webhook
        case .codeCommit, .gitHub: settings.detectsChanges ? .pollForSourceChanges : nil
        }
    }

    /// AWS's `triggerDetail`.
    fileprivate func detail(of move: PipelineTriggers.Move) -> String {
        switch detection {
        case .cloudWatchEvent: AWSName.rule("codepipeline-\(settings.repository)-\(settings.branch)-rule")
        case .webhookV2, .webhook: "\(move.ref) \(move.commit ?? "")"
        default: ""
        }
    }
}

extension GitSourceSettings {
    /// The tag of the branch's name.
    fileprivate var tagRef: RefName { RefName("refs/tags/\(branch)") }
}
