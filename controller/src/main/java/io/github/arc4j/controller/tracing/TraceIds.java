package io.github.arc4j.controller.tracing;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The IDs of a job's trace and of its span. They are computed as in pull request 4465 of actions-runner-controller, so
 * that tools which reconstruct workflow runs from GitHub's API add to the same trace: the trace's ID is the MD5 hash of
 * {@code <run id>-<attempt>}, the span's is the ID of the job. GitHub does not report the attempt to scale sets; it is
 * assumed to be the first.
 */
record TraceIds(String trace, String span) {
    private static final int SPAN_BYTES = 8;
    private static final int MAX_DIGITS = 18;

    static TraceIds of(long workflowRunId, String jobId) {
        return new TraceIds(HexFormat.of().formatHex(md5(workflowRunId + "-1")), spanId(jobId));
    }

    /** A number as eight bytes; of other IDs, the first eight bytes of their hash. */
    private static String spanId(String jobId) {
        boolean isNumber = !jobId.isEmpty()
                && jobId.length() <= MAX_DIGITS
                && jobId.chars().allMatch(c -> c >= '0' && c <= '9')
                && new BigInteger(jobId).signum() > 0;
        byte[] id = isNumber
                ? ByteBuffer.allocate(SPAN_BYTES).putLong(Long.parseLong(jobId)).array()
                : ByteBuffer.allocate(SPAN_BYTES).put(md5(jobId), 0, SPAN_BYTES).array();
        return HexFormat.of().formatHex(id);
    }

    private static byte[] md5(String text) {
        try {
            return MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has MD5
        }
    }
}
