package io.github.arc4j.kube.http;

import io.github.arc4j.kube.object.ApiException;
import io.github.arc4j.kube.object.StoredObject;
import io.github.arc4j.kube.store.ResourceStore.Listing;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Consistent paginated lists: the remaining items of a list are kept for its continue token as they were at the first
 * page.
 */
final class ListPages {

    /**
     * @param next continue token, null on the last page
     */
    record Page(
            long version,
            List<StoredObject> objects,
            @Nullable String next,
            int remaining) {

        byte[] bytes(String apiVersion, String listKind) {
            ByteArrayOutputStream out = new ByteArrayOutputStream(256 + objects.size() * 2048);
            String more = next == null ? "" : ",\"continue\":\"" + next + "\",\"remainingItemCount\":" + remaining;
            write(
                    out,
                    "{\"kind\":\"" + listKind + "\",\"apiVersion\":\"" + apiVersion
                            + "\",\"metadata\":{\"resourceVersion\":\"" + version + '"' + more + "},\"items\":[");
            String separator = "";
            for (StoredObject object : objects) {
                write(out, separator);
                out.writeBytes(object.bytes());
                separator = ",";
            }
            write(out, "]}");
            return out.toByteArray();
        }

        private static void write(ByteArrayOutputStream out, String text) {
            out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static final int KEPT_LISTS = 32;
    private static final Pattern TOKEN = Pattern.compile("(\\d+)-(\\d{1,9})");

    private final Object lock = new Object();
    private final Map<String, Listing> kept = new LinkedHashMap<>();
    private long lists;

    Page first(Listing listing, int limit) {
        if (limit <= 0 || listing.objects().size() <= limit) {
            return new Page(listing.version(), listing.objects(), null, 0);
        }
        synchronized (lock) {
            String id = Long.toString(++lists);
            kept.put(id, listing);
            if (kept.size() > KEPT_LISTS) {
                kept.remove(kept.keySet().iterator().next());
            }
            return page(id, listing, 0, limit);
        }
    }

    /** The page identified by the token of an earlier page; repeated requests return the same page. */
    Page next(String token, int limit) {
        Matcher parts = TOKEN.matcher(token);
        if (!parts.matches()) {
            throw ApiException.badRequest("continue key is not valid: " + token);
        }
        String id = parts.group(1);
        synchronized (lock) {
            Listing listing = kept.get(id);
            if (listing == null) {
                throw ApiException.expired("The provided continue parameter is too old to display a consistent list");
            }
            int from =
                    Math.min(Integer.parseInt(parts.group(2)), listing.objects().size());
            return page(id, listing, from, limit);
        }
    }

    private static Page page(String id, Listing listing, int from, int limit) {
        int size = listing.objects().size();
        int to = limit <= 0 ? size : Math.min(size, from + limit);
        return new Page(
                listing.version(), listing.objects().subList(from, to), to < size ? id + "-" + to : null, size - to);
    }
}
