package io.github.arc4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class StartupArchiveTest {

    private static final int CHECKSUM = 312;
    private static final int TIME = 8192;

    @Test
    void dumpsThatDifferOnlyInChecksumsAndTimesBecomeEqual() {
        byte[] first = dump(0xCAFE, 1_000_100L);
        byte[] second = dump(0xBABE, 1_000_900L);
        byte[] secondAsFirst = second.clone();

        assertThat(StartupArchive.clearClock(first, second, 1_000_000, 1_001_000))
                .isTrue();
        assertThat(StartupArchive.clearClock(secondAsFirst, dump(0xCAFE, 1_000_100L), 1_000_000, 1_001_000))
                .isTrue();

        assertThat(first).isEqualTo(secondAsFirst).isEqualTo(dump(0, 0));
    }

    @Test
    void doesNotModifyDumpsWithOtherDifferences() {
        byte[] first = dump(0xCAFE, 1_000_100L);

        assertThat(StartupArchive.clearClock(first, dump(0xCAFE, 2_000_000L), 1_000_000, 1_001_000))
                .isFalse();

        assertThat(first).isEqualTo(dump(0xCAFE, 1_000_100L));
    }

    @Test
    void doesNotModifyDumpsOfDifferentLengths() {
        byte[] first = dump(0, 1_000_100L);

        assertThat(StartupArchive.clearClock(first, new byte[first.length + 8], 1_000_000, 1_001_000))
                .isFalse();
    }

    private static byte[] dump(int checksum, long time) {
        return ByteBuffer.allocate(16_384)
                .order(ByteOrder.nativeOrder())
                .putInt(CHECKSUM, checksum)
                .putLong(TIME, time)
                .putLong(TIME + Long.BYTES, 42)
                .array();
    }
}
