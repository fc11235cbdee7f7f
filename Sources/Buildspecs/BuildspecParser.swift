// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import YAML

/// Turns the node tree of one file into a buildspec, and collects what is wrong with it.
///
/// One extension for each block of the grammar; each reads as much as it can, so that all problems are found at once.
struct BuildspecParser {
    /// More problems than this are counted, not kept: a hostile file has a hundred thousand.
    private static let limitDiagnostics = 100
    /// How many characters of a line are looked at on each side of a place.
    private static let lineContext = 1000
    /// The keys at the top.
    static let topKeys = ["version", "run-as", "env", "proxy", "batch", "phases", "reports", "artifacts", "cache"]

    let file: String
    private let bytes: [UInt8]
    private let usedAnchors: Set<String>
    private lazy var source = SourceText(bytes)
    private var errors: [Diagnostic] = []
    private var warnings: [Diagnostic] = []
    private var unkept = 0
    /// The first error of the block `batch`.
    private(set) var batchProblem: Diagnostic?

    init(file: String, bytes: [UInt8], usedAnchors: Set<String>) {
        self.file = file
        self.bytes = bytes
        self.usedAnchors = usedAnchors
    }

    // MARK: - Problems

    mutating func error(
        _ message: String,
        at node: YAMLNode,
        length: Int? = nil,
        hint: String? = nil,
        wireMessage: String? = nil
    ) {
        let length = length ?? node.length
        error(message, at: node.location, length: length, hint: hint, wireMessage: wireMessage)
    }

    mutating func error(
        _ message: String,
        at location: SourceLocation,
        length: Int = 1,
        hint: String? = nil,
        wireMessage: String? = nil
    ) {
        guard errors.count < Self.limitDiagnostics else {
            unkept += 1
            return
        }
        errors.append(Diagnostic(.error, message, at: location, length: length, hint: hint, wireMessage: wireMessage))
    }

    mutating func warn(_ message: String, at location: SourceLocation, length: Int = 1, hint: String? = nil) {
        guard warnings.count < Self.limitDiagnostics else {
            unkept += 1
            return
        }
        warnings.append(Diagnostic(.warning, message, at: location, length: length, hint: hint))
    }

    mutating func warn(_ message: String, at node: YAMLNode, hint: String? = nil) {
        warn(message, at: node.location, length: node.length, hint: hint)
    }

    /// Whether further errors are only counted, so that there is no use in finding good words for them.
    var isFull: Bool { errors.count >= Self.limitDiagnostics }

    /// Whether further warnings are only counted.
    var isFullOfWarnings: Bool { warnings.count >= Self.limitDiagnostics }

    /// Whether any problem refuses the file.
    var hasErrors: Bool { !errors.isEmpty }

    /// Every problem in the order of the file.
    func sortedDiagnostics() -> [Diagnostic] {
        let all = (errors + warnings).enumerated().sorted { left, right in
            left.element.location != right.element.location
                ? left.element.location < right.element.location : left.offset < right.offset
        }
        var result = all.map { $0.element }
        if unkept > 0, let last = result.last {
            let message = "there are \(unkept) problems more, which are not shown"
            result.append(Diagnostic(.warning, message, at: last.location))
        }
        return result
    }

    /// A line of the file from a column on, and whether nothing but indentation and dashes is before it.
    mutating func line(_ location: SourceLocation) -> (text: String, isItemStart: Bool) {
        let part = source.part(of: location.line, around: location.column, context: Self.lineContext)
        let before = location.column - 1 - part.skipped
        let isItemStart =
            part.skipped == 0 && part.text.unicodeScalars.prefix(before).allSatisfy { $0 == " " || $0 == "-" }
        return (String(part.text.unicodeScalars.dropFirst(before)), isItemStart)
    }

    /// Whether an alias refers to the node's anchor.
    func isAliased(_ node: YAMLNode) -> Bool {
        node.anchor.map(usedAnchors.contains) ?? false
    }

    // MARK: - The whole file

    mutating func buildspec(_ root: YAMLNode?) -> Buildspec? {
        guard let root, !root.isNull else {
            let start = SourceLocation(file: file, line: 1, column: 1)
            error("the file is empty", at: start, hint: "a buildspec needs `version: 0.2` and `phases`")
            return nil
        }
        guard let fields = fields(root, "the buildspec", known: Self.topKeys + ["environment_variables"], isTop: true)
        else { return nil }

        let version = version(fields, root)
        var result = Buildspec(version: version ?? .v02)
        result.runAs = fields["run-as"].flatMap { text($0, "`run-as`") }
        result.environment = environment(fields, version: result.version)
        result.proxy = fields["proxy"].flatMap { proxy($0) }
        let before = errors.count
        result.batch = fields.entry("batch").flatMap { batch($0, version: fields["version"]) }
        batchProblem = errors[before...].first
        let shell = result.environment.shell?.value
        result.phases = phases(fields, root, result.batch, CommandLint(shell: shell, version: result.version))
        artifacts(fields.entry("artifacts"), into: &result)
        result.reports = fields["reports"].map { reports($0) } ?? []
        result.cache = fields.entry("cache").flatMap { cache($0) }
        return result
    }

    private mutating func version(_ fields: Fields, _ root: YAMLNode) -> Buildspec.Version? {
        func wireMessage(_ text: String) -> String {
            "invalid buildspec `version` specified: \(text), see documentation"
        }
        guard let node = fields["version"] else {
            error(
                "`version` is missing",
                at: fields.entry("version")?.key ?? root,
                length: 1,
                hint: "start the file with `version: 0.2`",
                wireMessage: wireMessage("")
            )
            return nil
        }
        guard let text = text(node, "`version`")?.value else { return nil }
        if let version = Buildspec.Version(rawValue: text) { return version }
        error(
            "there is no buildspec version `\(text)`",
            at: node,
            hint: "write `version: 0.2`",
            wireMessage: wireMessage(text)
        )
        return nil
    }

    private mutating func proxy(_ node: YAMLNode) -> ProxySettings? {
        guard let fields = fields(node, "`proxy`", known: ["upload-artifacts", "logs"]) else { return nil }
        return ProxySettings(
            uploadsArtifacts: fields["upload-artifacts"].flatMap { flag($0, "`upload-artifacts`") } ?? false,
            sendsLogs: fields["logs"].flatMap { flag($0, "`logs`") } ?? false
        )
    }
}
