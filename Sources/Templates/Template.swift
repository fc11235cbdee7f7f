// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

/// A CloudFormation template on its way to resources.
///
/// The order is CloudFormation's: parameters, conditions, then resources with all that they refer to, then outputs. One extension
/// for each section, and one for what functions do.
struct Template {
    /// An entry of `Resources` whose condition holds.
    struct Resource {
        let logicalID: String
        let type: String
        let kind: ResourceType
        let place: Node.Place
        let path: TreePath
        let properties: Node
        let dependsOn: [Node]
    }

    /// A value that is being found out, or has been.
    enum Memo<Value> {
        case evaluating
        case known(Value)
    }

    /// What can be looked up in an entry of `Mappings`, whose keys may be many.
    struct Mapping {
        let node: Node
        let values: [String: [String: Node]]
    }

    /// Functions within functions, and names made of others' names, are followed this deep.
    static let limitDepth = 200
    /// The most text, in bytes, that functions may make.
    static let limitProduced = 32 << 20
    /// What an element of a list weighs beside texts, in bytes: functions may give the same list again and again.
    static let weightOfElement = 32
    /// Names are compared with a misspelt one while they are not more than these.
    private static let limitCandidates = 1_000
    private static let sections = [
        "AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings", "Conditions",
        "Transform", "Resources", "Outputs", "Hooks",
    ]

    let context: TemplateContext
    let stackName: String
    let root: Node
    var problems: Problems

    /// The value of each parameter.
    var parameters: [String: Node] = [:]
    var mappings: [String: Mapping] = [:]
    var conditions: [String: Node] = [:]
    var conditionValues: [String: Memo<Bool?>] = [:]
    /// All logical ids, with the resources whose condition holds.
    var resources: [String: Resource?] = [:]
    /// Those that have a condition.
    var conditional: Set<String> = []
    /// Those whose condition holds, in the order of the file.
    var present: [String] = []
    var names: [String: Memo<String?>] = [:]
    var evaluated: [String: Node] = [:]
    /// Which resources a resource refers to.
    var edges: [String: Set<String>] = [:]
    /// Which resources refer to a resource.
    var users: [String: Set<String>] = [:]
    /// Which of Elastic Beanstalk's configuration templates has a name.
    var configurations: [String: String]?
    var depth = 0
    var produced = 0

    init(root: Node, file: String, context: TemplateContext, problems: Problems) {
        self.root = root
        self.context = context
        self.problems = problems
        stackName = context.stackName ?? Self.stackName(of: file)
    }

    /// A stack's name is made of letters, digits and hyphens, and begins with a letter.
    private static func stackName(of file: String) -> String {
        let base = file.split(separator: "/").last.map(String.init) ?? ""
        var result = ""
        for character in base.prefix(while: { $0 != "." }).unicodeScalars {
            switch character {
            case "a"..."z", "A"..."Z", "0"..."9": result.unicodeScalars.append(character)
            default: result += "-"
            }
        }
        result = String(result.drop { !$0.isLetter })
        return result.isEmpty ? "stack" : String(result.prefix(128))
    }

    /// Reads the whole template into the reading.
    mutating func read(parameters given: [String: String], into reading: inout TemplateReading) {
        guard checkSections() else { return }
        readParameters(given)
        readMappings()
        readConditions()
        readResources()
        checkReferences()
        buildResources(&reading)
        reading.outputs = readOutputs()
    }

    // MARK: - Sections

    private mutating func checkSections() -> Bool {
        for entry in root.entries ?? [] where !Self.sections.contains(entry.name) {
            problems.error(
                "a template has no section `\(entry.name)`",
                at: entry.place,
                hint: Suggestion.hint(for: entry.name, among: Self.sections)
            )
        }
        if let hooks = root.entry("Hooks") {
            problems.warn("hooks are not carried out here", at: hooks.place)
        }
        guard checkTransform() else { return false }
        for name in ["Parameters", "Rules", "Mappings", "Conditions", "Outputs"] {
            if let section = root[name], section.entries == nil {
                problems.error("\(name): this must be a mapping, not \(section.kind)", at: section.place)
            }
        }
        guard let resources = root["Resources"] else {
            problems.error(
                "the template has no `Resources`",
                at: root.entry("Resources")?.place ?? root.place,
                hint: "at least one resource is needed"
            )
            return false
        }
        guard let entries = resources.entries else {
            problems.error("Resources: this must be a mapping, not \(resources.kind)", at: resources.place)
            return false
        }
        if entries.isEmpty { problems.error("Resources: at least one resource is needed", at: resources.place) }
        return true
    }

    /// A macro may change everything: one that is not known makes reading on useless.
    private mutating func checkTransform() -> Bool {
        guard let transform = root["Transform"] else { return true }
        var isGood = true
        for item in transform.items ?? [transform] {
            let name = item.scalarText ?? "Fn::Transform"
            if name == "AWS::LanguageExtensions" { continue }
            isGood = false
            problems.error(
                "the transform `\(name)` is not carried out here",
                at: item.place,
                hint: name.hasPrefix("AWS::Serverless")
                    ? "apply a template without it: pipelines, projects and repositories need no transform" : nil
            )
        }
        return isGood
    }

    func entries(_ section: String) -> [Node.Entry] { root[section]?.entries ?? [] }

    /// What a misspelt name was probably to be; nil where nobody would read it, or where looking would take long.
    func hint(for word: String, among names: some Collection<String>) -> String? {
        guard !problems.isFull(), names.count <= Self.limitCandidates else { return nil }
        return Suggestion.hint(for: word, among: names.sorted())
    }

    mutating func error(_ message: String, _ path: TreePath, at place: Node.Place, hint: String? = nil) {
        // Paths are long, and of what is only counted nobody reads them.
        problems.error(problems.isFull() ? message : "\(path): \(message)", at: place, hint: hint)
    }
}
