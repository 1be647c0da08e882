package io.github.arc4j.actions;

import java.util.Random;

/** Changes texts as broken servers and networks might. */
public final class Mutations {
    private static final String CHARACTERS = "\"{}[]:,\\0-9ntf\u00e9\u0000";

    private Mutations() {}

    /** The text with some characters changed, removed or doubled, or without its end. */
    public static String mutate(String text, Random random) {
        StringBuilder mutated = new StringBuilder(text);
        for (int i = random.nextInt(8); i >= 0; i--) {
            int at = random.nextInt(mutated.length());
            switch (random.nextInt(4)) {
                case 0 -> mutated.setCharAt(at, CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
                case 1 -> mutated.delete(at, Math.min(mutated.length() - 1, at + random.nextInt(40)));
                case 2 ->
                    mutated.insert(at, mutated.substring(at, Math.min(mutated.length(), at + random.nextInt(40))));
                default -> mutated.setLength(Math.max(1, mutated.length() - random.nextInt(3)));
            }
        }
        return mutated.toString();
    }
}
