// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import WireWords

@testable import Reports

@Suite("JUNITXML", .scratchDirectory)
struct JUnitTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let tool: String
        let text: String
        let expected: [String]
        var testDescription: String { tool }
    }

    @Test("each tool's file gives every case with status and duration", arguments: rows)
    func tools(row: Row) throws {
        #expect(Sample.brief(try Sample.tests(row.text, .junitXML)) == row.expected)
    }

    static let rows = [
        Row(
            tool: "Surefire, with thousands, reruns and flakes",
            text: """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="shop.CartTest" time="1,236.03"
                  tests="5" errors="1" skipped="1" failures="1">
                  <properties><property name="java.version" value="17"/></properties>
                  <testcase name="adds" classname="shop.CartTest" time="0.012"/>
                  <testcase name="slow" classname="shop.CartTest" time="1,234.5">
                    <flakyFailure message="once" type="E"><stackTrace><![CDATA[at x]]></stackTrace></flakyFailure>
                  </testcase>
                  <testcase name="removes" classname="shop.CartTest" time="1.5">
                    <failure message="expected: &lt;1&gt; but was: &lt;2&gt;" type="AssertionError"><![CDATA[at y]]></failure>
                    <rerunError message="again" type="E"/>
                    <system-out><![CDATA[<failure/>]]></system-out>
                  </testcase>
                  <testcase name="connects" classname="shop.CartTest" time="0.01">
                    <error message="refused" type="IOException">trace</error>
                  </testcase>
                  <testcase name="later" classname="shop.CartTest" time="0"><skipped message="not yet"/></testcase>
                </testsuite>
                """,
            expected: [
                "SUCCEEDED adds 12", "SUCCEEDED slow 1234500", "FAILED removes 1500", "ERROR connects 10",
                "SKIPPED later 0",
            ]
        ),
        Row(
            tool: "pytest",
            text: """
                <?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="0"
                failures="1" skipped="2" tests="4" time="0.083" timestamp="2026-03-01T12:00:00" hostname="h">
                <testcase classname="tests.test_cart" name="test_add[1-2]" time="0.001" />
                <testcase classname="tests.test_cart" name="test_xfail" time="0.002"><skipped type="pytest.xfail" message="" /></testcase>
                <testcase classname="tests.test_cart" name="test_skip" time="0.000"><skipped type="pytest.skip"
                  message="no gpu">tests/test_cart.py:9: no gpu</skipped></testcase>
                <testcase classname="tests.test_cart" name="test_bad" time="1.5e-02"><failure message="assert 1 == 2">def test_bad():
                &gt; assert 1 == 2</failure></testcase></testsuite></testsuites>
                """,
            expected: [
                "SUCCEEDED test_add[1-2] 1", "SKIPPED test_xfail 2", "SKIPPED test_skip 0", "FAILED test_bad 15",
            ]
        ),
        Row(
            tool: "PHPUnit, nested suites",
            text: """
                <testsuites><testsuite name="" tests="3"><testsuite name="Unit" tests="3">
                <testsuite name="App\\CartTest" file="/a/CartTest.php" tests="3"><testcase name="testA" class="App\\CartTest"
                classname="App.CartTest" file="/a/CartTest.php" line="9" assertions="1" time="0.004"/>
                <testsuite name="App\\CartTest::testB"><testcase name="testB with data set #0" time="0.001"/>
                <testcase name="testB with data set #1" time="0.001"><failure type="F">bad</failure></testcase>
                </testsuite></testsuite></testsuite></testsuite></testsuites>
                """,
            expected: ["SUCCEEDED testA 4", "SUCCEEDED testB with data set #0 1", "FAILED testB with data set #1 1"]
        ),
        Row(
            tool: "CTest and GoogleTest, statuses as attributes",
            text: """
                <testsuite name="Linux-c++" tests="5" failures="1" disabled="1" skipped="2">
                <testcase name="a" classname="a" time="0.5" status="run"><system-out>ok</system-out></testcase>
                <testcase name="b" classname="b" time="0.1" status="fail"><failure message="Failed"/></testcase>
                <testcase name="c" classname="c" status="disabled"><system-out/></testcase>
                <testcase name="d" classname="d" status="notrun" result="suppressed" time="0."/>
                <testcase name="e" classname="e" status="run" result="skipped"><skipped message="s"/></testcase>
                </testsuite>
                """,
            expected: ["SUCCEEDED a 500", "FAILED b 100", "SKIPPED c 0", "SKIPPED d 0", "SKIPPED e 0"]
        ),
        Row(
            tool: "go-junit-report, gotestsum",
            text: """
                <testsuites tests="2" failures="1" errors="0" time="0.205"><testsuite tests="2" failures="1" time="0.205000"
                name="example.com/cart" timestamp="t"><properties><property name="go.version" value="go1.22"></property></properties>
                <testcase classname="example.com/cart" name="TestAdd" time="0.110000"></testcase>
                <testcase classname="example.com/cart" name="TestAdd/zero" time="0.090000"><failure message="Failed"
                type="">=== RUN TestAdd/zero&#xA;    cart_test.go:9: 0&#xA;</failure></testcase></testsuite></testsuites>
                """,
            expected: ["SUCCEEDED TestAdd 110", "FAILED TestAdd/zero 90"]
        ),
        Row(
            tool: "nextest, flaky and failed for good",
            text: """
                <testsuites name="nextest-run" tests="2" failures="1" errors="0" uuid="u" timestamp="t" time="0.3">
                <testsuite name="cart" tests="2" disabled="0" errors="0" failures="1"><testcase name="tests::flaky"
                classname="cart" time="0.04"><flakyFailure timestamp="t" time="0.05" message="m" type="test failure"><system-err>
                thread</system-err></flakyFailure></testcase><testcase name="tests::bad" classname="cart" time="0.1">
                <failure type="test failure">thread 'tests::bad' panicked</failure><rerunFailure time="0.1" type="x"/>
                </testcase></testsuite></testsuites>
                """,
            expected: ["SUCCEEDED tests::flaky 40", "FAILED tests::bad 100"]
        ),
        Row(
            tool: "Mocha and Jest, a suite without cases, a case without time",
            text: """
                <testsuites name="jest tests" tests="2" failures="0" time="1.2"><testsuite name="Root Suite" tests="0"/>
                <testsuite name="cart" tests="2"><testcase name="cart adds" classname="cart adds"/><testcase name="cart &lt;b&gt;"
                classname="c" time="0,25"><skipped/></testcase></testsuite></testsuites>
                """,
            expected: ["SUCCEEDED cart adds 0", "SKIPPED cart <b> 250"]
        ),
        Row(tool: "nothing at all", text: "<testsuites/>", expected: []),
    ]

    @Test("message, class and suite are told")
    func details() throws {
        let text = """
            <testsuites><testsuite name="outer"><testsuite name="inner"><testcase name="n" classname="c">
            <failure message="short" type="T">  long text
              at place  </failure></testcase></testsuite><testcase name="m"><error message="only"/></testcase>
            <testcase name="s"><skipped>why</skipped></testcase></testsuite></testsuites>
            """
        let cases = try Sample.tests(text, .junitXML)
        #expect(cases.map(\.message) == ["short\nlong text\n  at place", "only", "why"])
        #expect(cases.map(\.testSuiteName) == ["inner", "outer", "outer"])
        #expect(cases.map(\.prefix) == ["c", "", ""])
    }

    @Test("a report of another kind is refused in AWS's words")
    func otherRoot() {
        #expect(
            throws: ReportError(.format, "expected element type <testsuite> but have <coverage>")
        ) {
            try Sample.tests("<coverage line-rate=\"1\"/>", .junitXML)
        }
    }

    @Test(
        "a broken file is refused with its place",
        arguments: [
            ("<testsuite>\n  <testcase name='a'>\n</testsuite>", "line 3, column 3: mismatched tag"),
            ("", "line 1, column 1: no element found"),
            ("<testsuite>", "line 1, column 12: no element found"),
            ("not xml", "line 1, column 1: syntax error"),
        ]
    )
    func broken(text: String, message: String) {
        #expect(throws: ReportError(.syntax, message)) { try Sample.tests(text, .junitXML) }
    }

    @Test("entities are not expanded")
    func entities() {
        let text = "<!DOCTYPE t [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><testsuite name='&b;'/>"
        #expect(throws: ReportError.self) { try Sample.tests(text, .junitXML) }
    }

    @Test("what was found before a break counts, and messages are cut at AWS's limits")
    func limits() throws {
        let long = String(repeating: "x", count: 30_000)
        let path = try Sample.write(
            "<testsuite><testcase name='\(long)'><failure>\(long)</failure></testcase><broken",
            "a.xml"
        )
        var collector = TestCaseCollector(reportArn: "r")
        #expect(throws: ReportError.self) {
            try ReportParser.tests(Sample.found(path), .junitXML) { collector.add($0) }
        }
        #expect(collector.cases.map(\.name.count) == [1000])
        #expect(collector.cases.map(\.message.count) == [5000])
    }

    @Test("of too many cases the failed ones are kept first, and all are counted")
    func truncation() {
        var collector = TestCaseCollector(reportArn: "r", limit: 3)
        for number in 0..<5 { collector.add(TestCase(name: "\(number)", status: number < 3 ? .succeeded : .failed)) }
        #expect(collector.cases.map(\.name) == ["3", "4", "0"])
        #expect(collector.isTruncated)
        #expect(collector.summary.total == 5)
        #expect(collector.summary.statusCounts == ["SUCCEEDED": 3, "FAILED": 2])
    }
}
