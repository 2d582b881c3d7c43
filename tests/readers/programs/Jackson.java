import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Jackson: a tree, or with the argument "object" an object of a class, or with "any-case" that in any case. */
public class Jackson {
    @JsonIgnoreProperties(ignoreUnknown = true)
    public static class Event {
        public JsonNode type;
        public JsonNode kind;
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    public static void main(String[] arguments) throws Exception {
        var lines = new BufferedReader(new InputStreamReader(System.in));
        var isTree = arguments.length == 0;
        var anyCase = !isTree && arguments[0].equals("any-case");
        ObjectMapper mapper = JsonMapper.builder()
                .configure(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES, anyCase)
                .build();
        for (String line; (line = lines.readLine()) != null; ) {
            var fields = line.split("\t");
            var body = HexFormat.of().parseHex(fields[1]);
            JsonNode value;
            try {
                if (!isTree) {
                    var event = mapper.readValue(body, Event.class);
                    value = fields[0].equals("kind") ? event.kind : event.type;
                } else {
                    value = mapper.readTree(body).get(fields[0]);
                }
            } catch (java.io.IOException | RuntimeException | StackOverflowError error) {
                System.out.println("error");
                continue;
            }
            if (value == null) System.out.println("nothing");
            else if (!value.isTextual()) System.out.println("other");
            else System.out.println("string " + hex(value.textValue()));
        }
    }
}
