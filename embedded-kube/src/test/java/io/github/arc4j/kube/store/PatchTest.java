package io.github.arc4j.kube.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.kube.object.ApiException;
import io.github.arc4j.kube.object.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatchTest {

    /** Parses JSON with single quotes instead of double quotes. */
    private static JsonNode json(String text) {
        try {
            return Json.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode apply(Function<JsonNode, Patch> kind, String object, String patch) {
        return kind.apply(json(patch)).apply((ObjectNode) json(object));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':'b'}          | {'a':'c'}                 | {'a':'c'}",
                "{'a':'b'}          | {'b':'c'}                 | {'a':'b','b':'c'}",
                "{'a':'b','b':'c'}  | {'a':null}                | {'b':'c'}",
                "{'a':['b']}        | {'a':'c'}                 | {'a':'c'}",
                "{'a':{'b':'c'}}    | {'a':{'b':'d','c':null}}  | {'a':{'b':'d'}}",
                "{'a':[{'b':'c'}]}  | {'a':[1]}                 | {'a':[1]}",
                "{'e':null}         | {'a':1}                   | {'e':null,'a':1}",
                "{}                 | {'a':{'bb':{'ccc':null}}} | {'a':{'bb':{}}}",
            })
    void mergePatchesFollowTheExamplesOfTheRfc(String object, String patch, String result) {
        assertThat(apply(Patch::merge, object, patch)).isEqualTo(json(result));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'foo':'bar'}           | [{'op':'add','path':'/baz','value':'qux'}]     | {'baz':'qux','foo':'bar'}",
                "{'foo':['bar','baz']}   | [{'op':'add','path':'/foo/1','value':'qux'}]   |"
                        + " {'foo':['bar','qux','baz']}",
                "{'foo':['bar']}         | [{'op':'add','path':'/foo/-','value':['x']}]   | {'foo':['bar',['x']]}",
                "{'baz':'q','foo':'bar'} | [{'op':'remove','path':'/baz'}]                | {'foo':'bar'}",
                "{'foo':['a','b','c']}   | [{'op':'remove','path':'/foo/1'}]              | {'foo':['a','c']}",
                "{'foo':['a','b']}       | [{'op':'replace','path':'/foo/0','value':'z'}] | {'foo':['z','b']}",
                "{'foo':{'a':1},'q':{}}  | [{'op':'move','from':'/foo/a','path':'/q/b'}]  | {'foo':{},'q':{'b':1}}",
                "{'foo':{'a':1}}         | [{'op':'copy','from':'/foo','path':'/bar'}]    |"
                        + " {'foo':{'a':1},'bar':{'a':1}}",
                "{'a/b':{'m~n':1}}       | [{'op':'replace','path':'/a~1b/m~0n','value':2}] | {'a/b':{'m~n':2}}",
                "{'foo':1}               | [{'op':'test','path':'/foo','value':1}]        | {'foo':1}",
            })
    void jsonPatchesFollowTheExamplesOfTheRfc(String object, String patch, String result) {
        assertThat(apply(Patch::json, object, patch)).isEqualTo(json(result));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[{'op':'test','path':'/foo','value':2}]          | 422",
                "[{'op':'remove','path':'/none'}]                 | 422",
                "[{'op':'add','path':'/none/deep','value':1}]     | 422",
                "[{'op':'add','path':'/list/5','value':1}]        | 422",
                "[{'op':'dance','path':'/foo'}]                   | 400",
                "[{'op':'add','path':'foo','value':1}]            | 400",
                "[{'op':'add','path':'/foo'}]                     | 400",
                "{'op':'add','path':'/foo','value':1}             | 400",
            })
    void rejectsJsonPatchesThatDoNotMatch(String patch, int code) {
        assertThatThrownBy(() -> apply(Patch::json, "{'foo':1,'list':[]}", patch))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'containers':[{'name':'a','image':'1'},{'name':'b'}]} |"
                        + " {'containers':[{'name':'a','image':'2'},{'name':'c'}]} |"
                        + " {'containers':[{'name':'a','image':'2'},{'name':'b'},{'name':'c'}]}",
                "{'containers':[{'name':'a'},{'name':'b'}]} | {'containers':[{'$patch':'delete','name':'a'}]} |"
                        + " {'containers':[{'name':'b'}]}",
                "{'args':['x','y']} | {'args':['z']} | {'args':['z']}",
                "{'finalizers':['a','b']} | {'finalizers':['b','c']} | {'finalizers':['a','b','c']}",
                "{'finalizers':['a','b']} | {'$deleteFromPrimitiveList/finalizers':['a']} | {'finalizers':['b']}",
                "{'data':{'a':'1','b':'2'}} | {'data':{'$patch':'replace','c':'3'}} | {'data':{'c':'3'}}",
                "{'data':{'a':'1'}} | {'data':{'a':null}} | {'data':{}}",
            })
    void strategicPatchesMergeListsByTheirKeys(String object, String patch, String result) {
        assertThat(apply(Patch::strategic, object, patch)).isEqualTo(json(result));
    }

    @Test
    void applyingAPatchDoesNotModifyIt() {
        JsonNode patch = json("{'a':{'b':[1]}}");
        Patch.merge(patch).apply((ObjectNode) json("{}")).withObject("/a").put("c", 1);
        assertThat(patch).isEqualTo(json("{'a':{'b':[1]}}"));
    }
}
