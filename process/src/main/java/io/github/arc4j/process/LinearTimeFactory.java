package io.github.arc4j.process;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.json.ByteSourceJsonBootstrapper;
import com.fasterxml.jackson.core.sym.ByteQuadsCanonicalizer;
import com.fasterxml.jackson.core.sym.CharsToNameCanonicalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;

/**
 * Creates parsers whose time depends only on the length of the text. Jackson keeps the keys of all texts in one hash
 * table, whose search takes quadratic time if keys have the same hash: with 1 MiB of such keys, one user could occupy a
 * core for a second with each edit. So only short texts use the common table. Each long one has its own, which does not
 * change the others' and rejects the text when too many keys have the same hash; one that is read from a stream has none.
 */
final class LinearTimeFactory extends JsonFactory {
    private static final long serialVersionUID = 1;

    /** Longer than a runner's pod, which is read several times per runner. */
    private static final int SHORT = 16 * 1024;

    private static final CharsToNameCanonicalizer WITHOUT_TABLE =
            CharsToNameCanonicalizer.createRoot(JsonFactory.builder()
                    .disable(Feature.CANONICALIZE_FIELD_NAMES)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNameLength(Integer.MAX_VALUE)
                            .build())
                    .build());

    LinearTimeFactory(StreamReadConstraints constraints) {
        setStreamReadConstraints(constraints);
        _factoryFeatures &= ~Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW.getMask();
    }

    private LinearTimeFactory(LinearTimeFactory original) {
        super(original, null);
    }

    @Override
    public JsonFactory copy() {
        return new LinearTimeFactory(this);
    }

    @Override
    protected JsonParser _createParser(byte[] text, int offset, int length, IOContext context) throws IOException {
        if (length <= SHORT) {
            return super._createParser(text, offset, length, context);
        }
        return withOwnTable(new ByteSourceJsonBootstrapper(context, text, offset, length));
    }

    /** For a text that is too long to be in memory. */
    JsonParser createStreamParser(InputStream text) throws IOException {
        return withOwnTable(new ByteSourceJsonBootstrapper(_createContext(_createContentReference(text), false), text));
    }

    private JsonParser withOwnTable(ByteSourceJsonBootstrapper text) throws IOException {
        return text.constructParser(
                _parserFeatures,
                _objectCodec,
                ByteQuadsCanonicalizer.createRoot(),
                _rootCharSymbols,
                (_factoryFeatures | Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW.getMask())
                        & ~Feature.INTERN_FIELD_NAMES.getMask());
    }

    /** Checks whether the text is short. A long one is not kept in memory, and neither are its keys. */
    @Override
    public JsonParser createParser(InputStream text) throws IOException {
        byte[] start = text.readNBytes(SHORT + 1);
        if (start.length <= SHORT) {
            return createParser(start);
        }
        InputStream whole = new SequenceInputStream(new ByteArrayInputStream(start), text);
        IOContext context = _createContext(_createContentReference(whole), false);
        return new ByteSourceJsonBootstrapper(context, whole)
                .constructParser(
                        _parserFeatures,
                        _objectCodec,
                        ByteQuadsCanonicalizer.createRoot(),
                        WITHOUT_TABLE,
                        _factoryFeatures & ~Feature.CANONICALIZE_FIELD_NAMES.getMask());
    }
}
