using System;
using System.Linq;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

/// Json.NET: a JObject, or with the argument "object" an object of a class.
class Reader {
    class Event {
        public JToken type = null;
        public JToken kind = null;
    }

    static byte[] Bytes(string hex) {
        return Enumerable.Range(0, hex.Length / 2).Select(at => Convert.ToByte(hex.Substring(2 * at, 2), 16)).ToArray();
    }

    static string Hex(string text) {
        return string.Concat(Encoding.UTF8.GetBytes(text).Select(one => one.ToString("x2")));
    }

    static void Main(string[] arguments) {
        for (string line; (line = Console.ReadLine()) != null;) {
            var fields = line.Split('\t');
            var body = Encoding.UTF8.GetString(Bytes(fields[1]));
            JToken value;
            try {
                if (arguments.Length > 0) {
                    var read = JsonConvert.DeserializeObject<Event>(body);
                    value = fields[0] == "kind" ? read.kind : read.type;
                } else {
                    value = JObject.Parse(body)[fields[0]];
                }
            } catch (Exception) {
                Console.WriteLine("error");
                continue;
            }
            if (value == null) Console.WriteLine("nothing");
            else if (value.Type != JTokenType.String) Console.WriteLine("other");
            else Console.WriteLine("string " + Hex((string)value));
        }
    }
}
