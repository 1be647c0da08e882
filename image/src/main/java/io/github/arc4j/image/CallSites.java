package io.github.arc4j.image;

import java.lang.classfile.ClassModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The dynamic call sites of a class that the JVM can archive: lambdas and string concatenations. */
final class CallSites {
    private static final Set<String> ARCHIVABLE =
            Set.of("java/lang/invoke/LambdaMetafactory", "java/lang/invoke/StringConcatFactory");

    private CallSites() {}

    /** Their indexes in the constant pool, by the name of the method that contains them. */
    static Map<String, Set<Integer>> byMethod(ClassModel file) {
        Map<String, Set<Integer>> sites = new TreeMap<>();
        file.methods()
                .forEach(method -> method.code()
                        .ifPresent(code -> code.forEach(element -> {
                            if (element instanceof InvokeDynamicInstruction site && isArchivable(site)) {
                                sites.computeIfAbsent(method.methodName().stringValue(), name -> new TreeSet<>())
                                        .add(site.invokedynamic().index());
                            }
                        })));
        return sites;
    }

    private static boolean isArchivable(InvokeDynamicInstruction site) {
        return ARCHIVABLE.contains(site.invokedynamic()
                .bootstrap()
                .bootstrapMethod()
                .reference()
                .owner()
                .asInternalName());
    }
}
