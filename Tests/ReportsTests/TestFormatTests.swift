// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import WireWords

@testable import Reports

@Suite("Formats of test cases", .scratchDirectory)
struct TestFormatTests {
    @Test("NUNITXML: results of NUnit 2, counted as the file does")
    func nunit2() throws {
        let text = """
            <?xml version="1.0" encoding="utf-8" standalone="no"?>
            <test-results name="Shop.dll" total="4" errors="1" failures="1" not-run="2" inconclusive="1" ignored="1"
              skipped="1" invalid="0" date="2026-03-01" time="12:00:00">
              <environment nunit-version="2.6.4.0"/><culture-info current-culture="en-US"/>
              <test-suite type="Assembly" name="Shop.dll" executed="True" result="Failure" success="False" time="0.5"><results>
                <test-suite type="TestFixture" name="CartTests" executed="True" result="Failure"><results>
                  <test-case name="Shop.CartTests.Adds" executed="True" result="Success" success="True" time="0.012"/>
                  <test-case name="Shop.CartTests.Bad" executed="True" result="Failure" success="False" time="0.020">
                    <failure><message><![CDATA[Expected: 1]]></message><stack-trace><![CDATA[at X]]></stack-trace></failure>
                  </test-case>
                  <test-case name="Shop.CartTests.Throws" executed="True" result="Error" success="False" time="0.001">
                    <failure><message>boom</message></failure></test-case>
                  <test-case name="Shop.CartTests.Unsure" executed="True" result="Inconclusive" success="False" time="0"/>
                  <test-case name="Shop.CartTests.Off" executed="False" result="Ignored"><reason><message>later</message></reason></test-case>
                  <test-case name="Shop.CartTests.Skip" executed="False" result="Skipped"/>
                </results></test-suite>
              </results></test-suite>
            </test-results>
            """
        let cases = try Sample.tests(text, .nunitXML)
        #expect(
            Sample.brief(cases) == [
                "SUCCEEDED Shop.CartTests.Adds 12", "FAILED Shop.CartTests.Bad 20", "ERROR Shop.CartTests.Throws 1",
                "UNKNOWN Shop.CartTests.Unsure 0", "SKIPPED Shop.CartTests.Off 0", "SKIPPED Shop.CartTests.Skip 0",
            ]
        )
        #expect(cases.map(\.message) == ["", "Expected: 1\nat X", "boom", "", "later", ""])
        #expect(cases[0].testSuiteName == "CartTests")
    }

    @Test("NUNIT3XML: labels tell failures from errors, and repeated assertions are read once")
    func nunit3() throws {
        let text = """
            <test-run id="2" testcasecount="5" result="Failed" total="5" passed="2" failed="2" inconclusive="0" skipped="1">
              <command-line><![CDATA[nunit3-console]]></command-line>
              <test-suite type="TestFixture" name="CartTests" fullname="Shop.CartTests" result="Failed">
                <test-case id="1" name="Adds" fullname="Shop.CartTests.Adds" classname="Shop.CartTests" result="Passed" duration="0.0456"/>
                <test-case id="2" name="Bad" classname="Shop.CartTests" result="Failed" duration="0.1">
                  <failure><message><![CDATA[one]]></message><stack-trace><![CDATA[at Y]]></stack-trace></failure>
                  <assertions><assertion result="Failed"><message><![CDATA[two]]></message></assertion></assertions></test-case>
                <test-case id="3" name="Boom" classname="Shop.CartTests" result="Failed" label="Error" duration="0.002"/>
                <test-case id="4" name="Off" classname="Shop.CartTests" result="Skipped" label="Ignored" duration="0">
                  <reason><message>later</message></reason></test-case>
                <test-case id="5" name="Warns" classname="Shop.CartTests" result="Warning" duration="0"/>
              </test-suite>
            </test-run>
            """
        let cases = try Sample.tests(text, .nunit3XML)
        #expect(
            Sample.brief(cases) == [
                "SUCCEEDED Adds 45", "FAILED Bad 100", "ERROR Boom 2", "SKIPPED Off 0", "SUCCEEDED Warns 0",
            ]
        )
        #expect(cases[1].message == "one\nat Y")
        #expect(cases[3].message == "later")
        #expect(cases[0].prefix == "Shop.CartTests")
    }

    @Test("TESTNGXML: configuration methods are no cases")
    func testNG() throws {
        let text = """
            <testng-results ignored="0" total="3" passed="1" failed="1" skipped="1">
              <reporter-output><line><![CDATA[x]]></line></reporter-output>
              <suite name="Suite" duration-ms="90"><groups/><test name="Cart" duration-ms="80"><class name="shop.CartTest">
                <test-method is-config="true" signature="setUp()" name="setUp" duration-ms="7" status="PASS"/>
                <test-method signature="adds()" name="adds" duration-ms="12" status="PASS"><params><param index="0"><value>
                  <![CDATA[1]]></value></param></params></test-method>
                <test-method signature="bad()" name="bad" duration-ms="3" status="FAIL"><exception class="java.lang.AssertionError">
                  <message><![CDATA[expected [1] but found [2]]]></message><full-stacktrace><![CDATA[java.lang.AssertionError: x]]>
                  </full-stacktrace></exception></test-method>
                <test-method signature="later()" name="later" duration-ms="0" status="SKIP"/>
                <test-method is-config="true" name="tearDown" duration-ms="1" status="FAIL"/>
              </class></test></suite>
            </testng-results>
            """
        let cases = try Sample.tests(text, .testNGXML)
        #expect(Sample.brief(cases) == ["SUCCEEDED adds 12", "FAILED bad 3", "SKIPPED later 0"])
        #expect(cases[1].message == "expected [1] but found [2]\njava.lang.AssertionError: x")
        #expect(cases[1].testSuiteName == "Cart")
        #expect(cases[1].prefix == "shop.CartTest")
    }

    @Test("VISUALSTUDIOTRX: outcomes, classes from the definitions, rows instead of their parent")
    func trx() throws {
        let text = """
            <?xml version="1.0" encoding="utf-8"?>
            <TestRun id="r" name="n" xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
              <Results>
                <UnitTestResult testId="1" testName="Adds" duration="00:00:01.2345678" outcome="Passed">
                  <Output><StdOut>Message</StdOut></Output></UnitTestResult>
                <UnitTestResult testId="2" testName="Bad" duration="00:01:00" outcome="Failed"><Output><ErrorInfo>
                  <Message>Assert.Equal() Failure</Message><StackTrace>at Z</StackTrace></ErrorInfo></Output></UnitTestResult>
                <UnitTestResult testId="3" testName="Off" outcome="NotExecuted"/>
                <UnitTestResult testId="4" testName="Rows" outcome="Failed" resultType="DataDrivenTest"><InnerResults>
                  <UnitTestResult testId="4" testName="Rows (1)" duration="00:00:00.5" outcome="Passed"/>
                  <UnitTestResult testId="4" testName="Rows (2)" outcome="Timeout"/></InnerResults></UnitTestResult>
              </Results>
              <TestDefinitions><UnitTest name="Adds" id="1"><TestMethod className="Shop.CartTests, Shop, Version=1.0" name="Adds"/>
              </UnitTest></TestDefinitions>
              <ResultSummary outcome="Failed"><Counters total="5" passed="2" failed="1" timeout="1"/></ResultSummary>
            </TestRun>
            """
        let cases = try Sample.tests(text, .visualStudioTRX)
        #expect(
            Sample.brief(cases) == [
                "SUCCEEDED Adds 1234", "FAILED Bad 60000", "SKIPPED Off 0", "SUCCEEDED Rows (1) 500",
                "ERROR Rows (2) 0",
            ]
        )
        #expect(cases[0].durationInNanoSeconds == 1_234_567_800)
        #expect(cases[0].prefix == "Shop.CartTests")
        #expect(cases[1].message == "Assert.Equal() Failure\nat Z")
    }

    @Test("CUCUMBERJSON: a scenario is as good as its worst step, its background's included")
    func cucumber() throws {
        let text = """
            [{"uri": "features/cart.feature", "id": "cart", "keyword": "Feature", "name": "Cart", "line": 1, "elements": [
              {"type": "background", "keyword": "Background", "name": "", "steps": [
                {"keyword": "Given ", "name": "a cart", "result": {"status": "passed", "duration": 1000000}}]},
              {"type": "scenario", "keyword": "Scenario", "name": "adds", "before": [{"result": {"status": "passed",
                "duration": 1000000}}], "steps": [{"keyword": "When ", "name": "I add", "result": {"status": "passed",
                "duration": 3000000}}]},
              {"type": "scenario", "name": "fails", "steps": [
                {"keyword": "When ", "name": "I fail", "result": {"status": "failed", "duration": 5, "error_message": "boom"}},
                {"keyword": "Then ", "name": "no", "result": {"status": "skipped"}}]},
              {"type": "scenario", "name": "undefined", "steps": [{"name": "x", "result": {"status": "undefined"}}]},
              {"type": "scenario", "name": "pending", "steps": [{"name": "x", "result": {"status": "pending"}}]},
              {"type": "scenario", "name": "none", "steps": []}]},
             {"uri": "features/empty.feature", "name": "Empty", "elements": []}]
            """
        let cases = try Sample.tests(text, .cucumberJSON)
        #expect(
            Sample.brief(cases) == [
                "SUCCEEDED adds 5", "FAILED fails 0", "ERROR undefined 0", "SKIPPED pending 0", "UNKNOWN none 0",
            ]
        )
        #expect(cases[1].message == "When I fail\nboom")
        #expect(cases[0].testSuiteName == "Cart")
        #expect(throws: ReportError(.format, "expected an array of features")) {
            try Sample.tests("{\"meta\": {}}", .cucumberJSON)
        }
    }

    @Test("UTF-16, Latin-1 and a byte-order mark are read")
    func encodings() throws {
        let text = "<testsuite><testcase name=\"gr\u{FC}n\"/></testsuite>"
        let path = "\(ScratchDirectory.path)/e.xml"
        let wide: [UInt8] = Array(text.utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let narrow = text.unicodeScalars.map { UInt8($0.value) }
        func declared(_ name: String) -> [UInt8] { Array("<?xml version=\"1.0\" encoding=\"\(name)\"?>".utf8) }
        let files: [[UInt8]] = [
            [0xEF, 0xBB, 0xBF] + Array(text.utf8), [0xFF, 0xFE] + wide, declared("ISO-8859-1") + narrow,
            declared("windows-1252") + narrow,
        ]
        for bytes in files {
            try AtomicBytes.write(bytes, path)
            var names: [String] = []
            try ReportParser.tests(Sample.found(path), .junitXML) { names.append($0.name) }
            #expect(names == ["gr\u{FC}n"])
        }
    }

    @Test(
        "durations in every notation",
        arguments: [
            ("0.5", 500_000_000), ("1,234.5", 1_234_500_000_000), ("1,234", 1_234_000_000_000), ("0,123", 123_000_000),
            ("0,5", 500_000_000), ("1.2E-4", 120_000), ("", 0), ("-1", 0), ("NaN", 0), ("x", 0), ("2s", 2_000_000_000),
        ] as [(String, Int64)]
    )
    func durations(text: String, expected: Int64) {
        #expect(Durations.seconds(text) == expected)
    }
}
