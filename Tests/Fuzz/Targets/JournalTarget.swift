// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Journals
internal import Pipelines
internal import SQLite
internal import WireWords

/// A journal with any value in any column, or with bits turned over, is read or said to be damaged.
struct JournalTarget: FuzzTarget {
    let name = "journal"
    let seeds: [[UInt8]]
    let words: [String]
    private let columns: [String: Bool]
    private let file: [UInt8]

    /// Which bits are turned over follows from the input.
    private static let bits = "bits"

    init() {
        let made = try? Self.make()
        file = made?.file ?? []
        columns = made?.columns ?? [:]
        let names = columns.keys.sorted()
        seeds = names.map { Array("\($0)\n".utf8) } + (0..<20).map { Array("\(Self.bits)\n\($0)".utf8) }
        words =
            names.map { "\($0)\n" } + [
                "{}", "[]", "[\"\\u0000\"]", "\"", "{\"timeoutSeconds\":9223372036854775807}", "{\"version\":-1}",
                "{\"kind\":1}", "finished", "queued",
                "SUCCEEDED", "00000000-0000-4000-8000-000000000001", "null", "-1", "9223372036854775807", ":",
                "{\"start\":{\"_0\":{}}}",
            ]
    }

    /// `TABLE.COLUMN`, a line end, and the value.
    func check(_ input: [UInt8]) throws {
        let input = PatternAndText(input)
        try FuzzFiles.withFolder { folder in
            let path = "\(folder)/nacre.db"
            if input.pattern == Self.bits {
                var bytes = file
                var generator = SeededGenerator(hashing: input.text.utf8)
                for _ in 0...generator.number(below: 6) {
                    bytes[generator.number(below: bytes.count)] ^= 1 << UInt8(generator.number(below: 8))
                }
                try AtomicFile.write(bytes, to: path)
            } else {
                guard let isNumber = columns[input.pattern] else { return }
                try AtomicFile.write(file, to: path)
                guard try change(path, input, isNumber: isNumber) else { return }
            }
            do throws(JournalError) {
                try JournalReading(path).readAll()
            } catch {
                try FuzzFailure.unless(error.code != .fault && error.code != .conflict, "it fails with \(error)")
            }
        }
    }

    /// Puts the value into all rows; false where SQLite itself refuses it.
    private func change(_ path: String, _ input: PatternAndText, isNumber: Bool) throws -> Bool {
        let name = input.pattern.split(separator: ".")
        let value: SQLiteValue
        if isNumber {
            guard let number = Int64(input.text) else { return false }
            value = .integer(number)
        } else {
            value = .text(input.text)
        }
        do throws(SQLiteError) {
            let database = try Database(path, .existing)
            try database.executeScript("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF;")
            try database.execute("UPDATE OR IGNORE \(name[0]) SET \(name[1]) = ?1", [value])
            return true
        } catch {
            return false
        }
    }

    // MARK: - The journal

    /// A journal with something in each table, as one file, and its columns with whether they hold numbers.
    private static func make() throws -> (file: [UInt8], columns: [String: Bool]) {
        try FuzzFiles.withFolder { folder in
            let path = "\(folder)/nacre.db"
            try fill(try Journal(path: path))
            let database = try Database(path, .existing)
            let rows = try database.query(
                """
                SELECT m.name || '.' || c.name, c.type FROM sqlite_schema m, pragma_table_info(m.name) c
                WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'
                """
            ) { row throws(SQLiteError) in (try row.text(0), try row.text(1) == "INTEGER") }
            try database.executeScript("PRAGMA wal_checkpoint(TRUNCATE);")
            return (try AtomicFile.read(path), Dictionary(rows) { first, _ in first })
        }
    }

    private static func fill(_ journal: Journal) throws {
        let zero = String(repeating: "0", count: 40)
        let draft = RepositoryDraft(
            name: "app",
            path: "/srv/app.git",
            isHosted: true,
            isHooked: true,
            branches: ["main"]
        )
        let repository = try journal.addRepository(draft, refs: [RefValue(ref: "refs/heads/main", oid: zero)], at: 1)
        func id(_ number: Int) throws -> BuildID {
            guard let id = BuildID(project: "app", uuid: "00000000-0000-4000-8000-00000000000\(number)") else {
                throw FuzzFailure("no id")
            }
            return id
        }
        func notice(_ digit: Character) -> ChangeNotice {
            ChangeNotice(
                repository: repository.id,
                ref: "refs/heads/\(digit)",
                old: zero,
                new: String(repeating: digit, count: 40),
                origin: .hook,
                pusher: "ada",
                options: ["a=b"]
            )
        }
        let commit = String(repeating: "a", count: 40)
        let build = BuildDraft(
            id: try id(1),
            repository: repository.id,
            ref: "refs/heads/a",
            commit: commit,
            initiator: "ada"
        )
        let batch = BatchDraft(
            BuildDraft(
                id: try id(2),
                repository: repository.id,
                ref: "refs/heads/b",
                commit: commit,
                initiator: "ada"
            )
        )
        _ = try journal.record(
            [(notice("a"), .build(build)), (notice("b"), .batch(batch)), (notice("c"), .skip("nacre.skip"))],
            at: 2
        )
        _ = try journal.enqueueAction(
            BuildDraft(id: try id(3), repository: nil, ref: "refs/heads/a", commit: commit, initiator: "ada"),
            at: 3
        )
        try journal.start(id(1), at: 4)
        try journal.finish(id(1), .failed, reason: "r", result: "{}", at: 5)
        try journal.setResource(kind: "project", name: "app", body: "{}", origin: "f", at: 6)
        try definePipeline(in: journal)
    }

    private static func definePipeline(in journal: Journal) throws {
        var source = ActionDeclaration(name: "Main", type: ActionTypeID(category: "Source", provider: "CodeCommit"))
        source.outputArtifacts = [ActionDeclaration.Output(name: "MainSource")]
        var approval = ActionDeclaration(name: "Ok", type: ActionTypeID(category: "Approval", provider: "Manual"))
        approval.inputArtifacts = []
        let definition = PipelineDefinition(
            name: "demo",
            stages: [
                StageDeclaration(name: "Source", actions: [source]), StageDeclaration(name: "Ok", actions: [approval]),
            ]
        )
        var machine = PipelineMachine(definition)
        func step(_ outcome: MachineStep) -> PipelineStep {
            var step = PipelineStep(pipeline: "demo", machine: machine.snapshot, deadline: machine.nextDeadline ?? 9)
            step.executions = outcome.touched
            for effect in outcome.effects {
                switch effect {
                case .run(let order): step.effects.append(UnfinishedEffect(.action, order))
                case .runRule(let order): step.effects.append(UnfinishedEffect(.rule, order))
                case .cancel(let id): step.cancelled.append(id)
                case .announce(let announcement): step.announcements.append(announcement)
                }
            }
            return step
        }
        try journal.define(definition, origin: "f", assumesRules: true, step: step(MachineStep()), at: 7)
        let start = ExecutionStart(
            id: "00000000-0000-4000-8000-0000000000aa",
            number: 1,
            trigger: ExecutionTrigger(.startPipelineExecution)
        )
        var generator = SeededGenerator(seed: 1)
        let outcome = try machine.apply(.start(start), at: 8, using: &generator)
        _ = try journal.advance(step(outcome), at: 8)
        let next = ExecutionStart(
            id: "00000000-0000-4000-8000-0000000000bb",
            number: 0,
            trigger: ExecutionTrigger(.startPipelineExecution)
        )
        _ = try journal.queue(ExecutionDraft(pipeline: "demo", key: nil, event: .start(next)), at: 9)
    }
}
