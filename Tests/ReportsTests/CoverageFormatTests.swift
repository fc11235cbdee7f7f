// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import WireWords

@testable import Reports

@Suite("Formats of coverage", .scratchDirectory)
struct CoverageFormatTests {
    @Test("CLOVERXML: PHPUnit's statements, methods apart")
    func clover() throws {
        let text = """
            <coverage generated="1" clover="4.5"><project timestamp="1" name="p"><file name="/app/src/Cart.php">
            <class name="Cart" namespace="global"><metrics methods="2" coveredmethods="1" statements="4" coveredstatements="3"/></class>
            <line num="9" type="method" name="add" count="2"/><line num="11" type="stmt" count="2"/><line num="12" type="stmt" count="2"/>
            <line num="15" type="stmt" count="0"/><line num="16" type="stmt" count="1"/>
            <metrics loc="30" statements="4" coveredstatements="3" conditionals="0" coveredconditionals="0"/></file>
            <metrics files="1" statements="4" coveredstatements="3"/></project></coverage>
            """
        let files = try Sample.coverage(text, .cloverXML)
        #expect(Sample.brief(files) == ["/app/src/Cart.php 3/4 0/0"])
        #expect(files.map(\.lineCoveragePercentage) == [75])
    }

    @Test(
        "counts that no file has are not added up to a crash",
        arguments: [ReportFormat.cloverXML, .coberturaXML, .jacocoXML]
    )
    func hostile(format: ReportFormat) throws {
        let most = Int.max
        let text =
            switch format {
            case .cloverXML:
                """
                <coverage><project><file path="a"><line num="1" type="cond" truecount="\(most)" falsecount="\(most)" count="1"/>
                <line num="2" type="cond" truecount="\(most)" falsecount="-1" count="1"/></file></project></coverage>
                """
            case .coberturaXML:
                """
                <coverage><class filename="a"><line number="1" hits="\(most)" branch="true" condition-coverage="1% (\(most)/\(most))"/>
                <line number="2" hits="1" branch="true" condition-coverage="1% (\(most)/\(most))"/></class></coverage>
                """
            default:
                """
                <report><package name="p"><sourcefile name="a"><counter type="LINE" missed="\(most)" covered="\(most)"/>
                <counter type="LINE" missed="-5" covered="\(most)"/></sourcefile></package></report>
                """
            }
        let summary = Report.CoverageSummary(try Sample.coverage(text, format))
        #expect(summary.linesMissed >= 0 && summary.branchesMissed >= 0)
        #expect((0...100).contains(summary.lineCoveragePercentage))
    }

    @Test("CLOVERXML: conditions as OpenClover counts them and as Istanbul does")
    func cloverConditions() throws {
        let text = """
            <coverage clover="3.2.0"><project><package name="a"><file name="A.java" path="\(ScratchDirectory.path)/a/A.java">
            <line num="3" type="cond" complexity="1" truecount="2" falsecount="0"/><line num="4" type="stmt" count="2"/>
            <metrics statements="1" conditionals="2" coveredconditionals="1"/></file>
            <file name="b.js" path="b.js"><line num="1" count="4" type="cond" truecount="3" falsecount="1"/>
            <line num="2" count="0" type="stmt"/><metrics statements="2" coveredstatements="1" conditionals="4" coveredconditionals="3"/>
            </file></package></project></coverage>
            """
        #expect(Sample.brief(try Sample.coverage(text, .cloverXML)) == ["a/A.java 2/2 1/2", "b.js 1/2 3/4"])
    }

    @Test("COBERTURAXML: classes of one file are one, lines of methods are not counted twice")
    func cobertura() throws {
        let text = """
            <?xml version="1.0" ?>
            <!DOCTYPE coverage SYSTEM 'http://cobertura.sourceforge.net/xml/coverage-04.dtd'>
            <coverage line-rate="0.75" branch-rate="0.5" lines-covered="3" lines-valid="4" branches-covered="1" branches-valid="2">
            <sources><source>/app</source></sources><packages><package name="p"><classes>
            <class name="A" filename="p/a.py"><methods><method name="m" signature="()"><lines><line number="1" hits="1"/></lines></method>
            </methods><lines><line number="1" hits="1"/>
            <line number="2" hits="1" branch="true" condition-coverage="50% (1/2)" missing-branches="4"/></lines></class>
            <class name="A$1" filename="p/a.py"><methods/><lines><line number="4" hits="0"/><line number="5" hits="7" branch="false"/></lines>
            </class></classes></package></packages></coverage>
            """
        #expect(Sample.brief(try Sample.coverage(text, .coberturaXML)) == ["p/a.py 3/4 1/2"])
    }

    @Test("JACOCOXML: the counters of source files; modules keep files of one name apart")
    func jacoco() throws {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">
            <report name="shop"><sessioninfo id="h" start="1" dump="2"/><group name="core"><package name="shop/cart">
            <class name="shop/cart/Cart" sourcefilename="Cart.java"><method name="add" desc="()V" line="3"><counter type="LINE"
            missed="1" covered="2"/></method><counter type="LINE" missed="1" covered="5"/></class>
            <sourcefile name="Cart.java"><line nr="3" mi="0" ci="3" mb="1" cb="1"/><counter type="INSTRUCTION" missed="4" covered="20"/>
            <counter type="BRANCH" missed="1" covered="3"/><counter type="LINE" missed="1" covered="5"/></sourcefile>
            <counter type="LINE" missed="1" covered="5"/></package></group><group name="web"><package name="shop/cart">
            <sourcefile name="Cart.java"><counter type="LINE" missed="2" covered="0"/></sourcefile></package></group>
            <counter type="LINE" missed="3" covered="5"/></report>
            """
        let files = try Sample.coverage(text, .jacocoXML)
        #expect(Sample.brief(files) == ["core/shop/cart/Cart.java 5/6 3/4", "web/shop/cart/Cart.java 0/2 0/0"])
        let summary = Report.CoverageSummary(files)
        #expect(summary.linesCovered == 5)
        #expect(summary.linesMissed == 3)
        #expect(summary.lineCoveragePercentage == 62.5)
    }

    @Test("SIMPLECOV: old and new result sets, several commands put together")
    func simpleCov() throws {
        let text = """
            {"RSpec": {"coverage": {"/r/a.rb": {"lines": [1, null, 0, 2], "branches": {"[:if, 0, 3, 4, 5, 7]":
              {"[:then, 1, 4, 6, 4, 9]": 1, "[:else, 2, 3, 4, 5, 7]": 0}}}, "/r/b.rb": [null, 0, 1]}, "timestamp": 1},
             "Cucumber": {"coverage": {"/r/a.rb": {"lines": [0, null, 3, 0], "branches": {"[:if, 0, 3, 4, 5, 7]":
              {"[:then, 1, 4, 6, 4, 9]": 0, "[:else, 2, 3, 4, 5, 7]": 0}}}}, "timestamp": 2}}
            """
        #expect(Sample.brief(try Sample.coverage(text, .simpleCov)) == ["/r/a.rb 3/3 1/2", "/r/b.rb 1/2 0/0"])
        let formatted = """
            {"meta": {"simplecov_version": "0.22.0"}, "coverage": {"/r/a.rb": {"lines": [1, null, "ignored", 0],
             "branches": [{"type": "then", "start_line": 1, "end_line": 1, "coverage": 0}]}}, "groups": {}}
            """
        #expect(Sample.brief(try Sample.coverage(formatted, .simpleCov)) == ["/r/a.rb 1/2 0/1"])
        #expect(throws: ReportError.self) { try Sample.coverage("{\"metrics\": {\"covered\": 1}}", .simpleCov) }
    }

    @Test("one format is not taken for another with the same root")
    func confusion() {
        let cobertura = "<coverage line-rate='1'><packages/></coverage>"
        #expect(throws: ReportError(.format, "expected element type <project> but have <packages>")) {
            try Sample.coverage(cobertura, .cloverXML)
        }
    }
}
