import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Gson: a tree, or with the argument "object" an object of a class. */
public class GsonReader {
    static class Event {
        JsonElement type;
        JsonElement kind;
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    public static void main(String[] arguments) throws Exception {
        var lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = lines.readLine()) != null; ) {
            var fields = line.split("\t");
            var body = new String(HexFormat.of().parseHex(fields[1]), StandardCharsets.UTF_8);
            JsonElement value;
            try {
                if (arguments.length > 0) {
                    var event = new Gson().fromJson(body, Event.class);
                    value = fields[0].equals("kind") ? event.kind : event.type;
                } else {
                    value = JsonParser.parseString(body).getAsJsonObject().get(fields[0]);
                }
            } catch (RuntimeException | StackOverflowError error) {
                System.out.println("error");
                continue;
            }
            if (value == null) System.out.println("nothing");
            else if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) System.out.println("other");
            else System.out.println("string " + hex(value.getAsString()));
        }
    }
}
