// SPDX-License-Identifier: Apache-2.0

import Events
import JSON
import Testing

@Suite("Events of AWS's services")
struct AWSEventTests {
    private let envelope = EventEnvelope(id: "e1", at: 1_579_903_387_500)

    private static func json(_ text: String) throws -> JSONValue {
        try JSONText.parse(Array(text.replacing("'", with: "\"").utf8))
    }

    @Test("a branch that moved is a referenceUpdated")
    func updated() throws {
        let event = CodeCommitEvent(repository: "books", ref: "refs/heads/feature/a", oldCommit: "1", newCommit: "2")
        #expect(
            try event.json(envelope)
                == Self.json(
                    """
                    {'version':'0','id':'e1','detail-type':'CodeCommit Repository State Change','source':'aws.codecommit',
                     'account':'000000000000','time':'2020-01-24T22:03:07Z','region':'us-east-1',
                     'resources':['arn:aws:codecommit:us-east-1:000000000000:books'],
                     'detail':{'event':'referenceUpdated','repositoryName':'books','repositoryId':'books',
                       'referenceType':'branch','referenceName':'feature/a','referenceFullName':'refs/heads/feature/a',
                       'commitId':'2','oldCommitId':'1'}}
                    """
                )
        )
    }

    @Test(
        "refs that come and go",
        arguments: [
            (
                "refs/tags/v1", nil, "2",
                "{'event':['referenceCreated'],'referenceType':['tag'],'referenceName':['v1'],'oldCommitId':[{'exists':false}]}"
            ),
            (
                "refs/heads/main", "1", nil,
                "{'event':['referenceDeleted'],'referenceType':['branch'],'commitId':[{'exists':false}]}"
            ),
        ] as [(String, String?, String?, String)]
    )
    func others(ref: String, old: String?, new: String?, pattern: String) throws {
        let event = CodeCommitEvent(repository: "books", ref: ref, oldCommit: old, newCommit: new, person: "ada")
        #expect(try EventPattern(.object(["detail": Self.json(pattern)])).matches(event.json(envelope)))
    }

    @Test("state changes of executions, stages and actions")
    func states() throws {
        var event = PipelineStateEvent(pipeline: "line", execution: "x", version: 3, state: "STARTED")
        event.triggerType = "StartPipelineExecution"
        event.triggerDetail = "ada"
        func matches(_ pattern: String) throws -> Bool {
            try EventPattern(Self.json(pattern)).matches(event.json(envelope))
        }
        #expect(
            try matches(
                "{'detail-type':['CodePipeline Pipeline Execution State Change'],'source':['aws.codepipeline'],"
                    + "'resources':['arn:aws:codepipeline:us-east-1:000000000000:line'],'detail':{'pipeline':['line'],"
                    + "'execution-id':['x'],'version':[3],'state':['STARTED'],'stage':[{'exists':false}],"
                    + "'execution-trigger':{'trigger-type':['StartPipelineExecution'],'trigger-detail':['ada']}}}"
            )
        )
        event.stage = "Build"
        #expect(
            try matches("{'detail-type':['CodePipeline Stage Execution State Change'],'detail':{'stage':['Build']}}")
        )
        event.action = "Train"
        event.actionType = .init(category: "Build", owner: "AWS", provider: "CodeBuild", version: "1")
        event.result = ["external-execution-id": "line:1", "error-code": "JobFailed"]
        #expect(
            try matches(
                "{'detail-type':['CodePipeline Action Execution State Change'],'detail':{'action':['Train'],"
                    + "'region':['us-east-1'],'type':{'provider':['CodeBuild']},'execution-result':{'error-code':['JobFailed']}}}"
            )
        )
    }

    @Test("an object that was created is seen by rules of either kind")
    func object() throws {
        let event = S3ObjectEvent(bucket: "data", key: "a/b.zip", versionID: "v", etag: "\"e\"", size: 5, sequence: 255)
        let direct = """
            {'source':['aws.s3'],'detail-type':['Object Created'],'resources':['arn:aws:s3:::data'],
             'detail':{'bucket':{'name':['data']},'object':{'key':[{'suffix':'.zip'}],'version-id':['v'],'etag':['e'],
               'size':[{'numeric':['>',4]}],'sequencer':['0000000000000000FF']},'reason':['PutObject']}}
            """
        #expect(try EventPattern(Self.json(direct)).matches(event.json(envelope)))
        let trail = """
            {'source':['aws.s3'],'detail-type':['AWS API Call via CloudTrail'],'detail':{'resources':{'ARN':['arn:aws:s3:::data/a/b.zip']},
              'eventName':['CompleteMultipartUpload','CopyObject','PutObject'],'requestParameters':{'bucketName':['data'],'key':['a/b.zip']}}}
            """
        #expect(try EventPattern(Self.json(trail)).matches(event.apiCall(envelope)))
        #expect(try !EventPattern(Self.json(trail)).matches(event.json(envelope)))
    }
}
