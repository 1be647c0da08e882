package io.github.arc4j.controller.tracing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The IDs of a job's trace and of its span. They are computed as in pull request 4465 of actions-runner-controller, so
 * that tools which reconstruct workflow runs from GitHub's API add to the same trace: the trace's ID is the MD5 hash of
 * {@code <run id>-<attempt>}, the span's is the ID of the job. GitHub does not report the attempt to scale sets; it is
 * assumed to be the first.
 */
record TraceIds(String trace, String span) {
    private static final int SPAN_BYTES = 8;
    /** Greater than 0, which is not a valid ID of a span. */
    private static final Pattern NUMBER = Pattern.compile("(?!0+$)[0-9]{1,18}");

    static TraceIds of(long workflowRunId, String jobId) {
        return new TraceIds(HexFormat.of().formatHex(md5(workflowRunId + "-1")), spanId(jobId));
    }

    /** A number as eight bytes; of other IDs, the first eight bytes of their hash. */
    private static String spanId(String jobId) {
        return NUMBER.matcher(jobId).matches()
                ? HexFormat.of().toHexDigits(Long.parseLong(jobId))
                : HexFormat.of().formatHex(md5(jobId), 0, SPAN_BYTES);
    }

    private static byte[] md5(String text) {
        try {
            return MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has MD5
        }
    }
}
